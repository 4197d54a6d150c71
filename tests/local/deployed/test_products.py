"""Products over HTTP: written by a merchant, read by everybody."""

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from tests.local.deployed.storefront import Storefront, product


def test_a_created_product_is_read_as_it_was_written(storefront: Storefront) -> None:
    written = product(name="Enamel Mug", price={"currency": "EUR", "amount": 1450})

    created = storefront.merchant.put(f"/v1/products/{written['id']}", json=written)
    read = storefront.visitor.get(f"/v1/products/{written['id']}")

    assert created.status_code == HTTPStatus.CREATED
    assert created.headers["location"] == f"/v1/products/{written['id']}"
    assert read.status_code == HTTPStatus.OK
    assert {field: read.json()[field] for field in written} == written
    assert read.headers["etag"] == created.headers["etag"]


def test_a_reader_that_has_the_current_version_gets_no_body(storefront: Storefront) -> None:
    written = storefront.publish(product())

    again = storefront.visitor.get(f"/v1/products/{written['id']}", headers={"If-None-Match": written["etag"]})

    assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")


def test_writing_the_same_product_twice_changes_nothing(storefront: Storefront) -> None:
    body = product()
    first = storefront.merchant.put(f"/v1/products/{body['id']}", json=body)
    second = storefront.merchant.put(f"/v1/products/{body['id']}", json=body)

    assert (first.status_code, second.status_code) == (HTTPStatus.CREATED, HTTPStatus.OK)
    assert first.headers["etag"] == second.headers["etag"]


def test_drafts_and_deleted_products_are_not_public(storefront: Storefront) -> None:
    draft = product(status="draft")
    storefront.merchant.put(f"/v1/products/{draft['id']}", json=draft).raise_for_status()
    deleted = storefront.publish(product())
    storefront.merchant.delete(f"/v1/products/{deleted['id']}").raise_for_status()

    for absent in (draft, deleted):
        assert storefront.visitor.get(f"/v1/products/{absent['id']}").status_code == HTTPStatus.NOT_FOUND


def test_paging_shows_every_published_product_of_a_category_once(storefront: Storefront) -> None:
    category = storefront.new_id("category")
    written = {storefront.publish(product(category=category))["id"] for _ in range(11)}
    storefront.merchant.put(
        "/v1/products/hidden-draft", json=product(id="hidden-draft", category=category, status="draft")
    )

    pages = list(storefront.pages("/v1/products", category=category, limit=3))

    assert [len(page["items"]) for page in pages] == [3, 3, 3, 2]
    assert sorted(item["id"] for page in pages for item in page["items"]) == sorted(written)


def test_paging_through_everything_shows_each_product_once(storefront: Storefront) -> None:
    written = {storefront.publish(product())["id"] for _ in range(7)}

    seen = [item["id"] for page in storefront.pages("/v1/products", limit=5) for item in page["items"]]

    assert len(seen) == len(set(seen))
    assert written <= set(seen)


def test_of_two_editors_with_the_same_version_one_wins_and_one_is_told(storefront: Storefront) -> None:
    written = storefront.publish(product())
    path, headers = f"/v1/products/{written['id']}", {"If-Match": written["etag"]}

    def rename(name: str) -> int:
        return storefront.merchant.put(path, json=product(id=written["id"], name=name), headers=headers).status_code

    with ThreadPoolExecutor(max_workers=8) as editors:
        answers = sorted(editors.map(rename, [f"Name {number}" for number in range(8)]))

    assert answers == [HTTPStatus.OK] + [HTTPStatus.PRECONDITION_FAILED] * 7


def test_a_sku_belongs_to_one_product_at_a_time(storefront: Storefront) -> None:
    sku = storefront.new_id("sku")
    owner = storefront.publish(product(variants=[{"sku": sku}]))
    rival = product(variants=[{"sku": sku}])

    refused = storefront.merchant.put(f"/v1/products/{rival['id']}", json=rival)
    storefront.merchant.delete(f"/v1/products/{owner['id']}").raise_for_status()
    accepted = storefront.merchant.put(f"/v1/products/{rival['id']}", json=rival)

    assert (refused.status_code, accepted.status_code) == (HTTPStatus.CONFLICT, HTTPStatus.CREATED)
