"""Categories, options, drafts and further prices over HTTP, with IAM enforced."""

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import httpx

from tests.local.deployed.storefront import Storefront, assert_problem, product


def put(storefront: Storefront, category: str, parent: str | None = None) -> httpx.Response:
    return storefront.merchant.put(f"/v1/categories/{category}", json={"name": "Any", "parent": parent})


def shown(nodes: list[dict[str, Any]], category: str) -> dict[str, Any] | None:
    """A category of the tree, wherever it stands."""
    for node in nodes:
        if node["id"] == category:
            return node
        if (found := shown(node["children"], category)) is not None:
            return found
    return None


def listed(storefront: Storefront, category: str) -> list[str]:
    pages = storefront.pages("/v1/products", category=category, limit=2)
    return [item["id"] for page in pages for item in page["items"]]


def test_a_category_lists_what_is_below_it_and_follows_moves(storefront: Storefront) -> None:
    top, middle, leaf, other = (storefront.new_id("category") for _ in range(4))
    with storefront.listening("CategoryChanged") as heard:
        for category, parent in ((top, None), (other, None), (middle, top), (leaf, middle)):
            assert put(storefront, category, parent).status_code == HTTPStatus.CREATED
        ids = sorted(storefront.publish(product(category=category))["id"] for category in (top, middle, leaf))
        storefront.eventually(lambda: listed(storefront, top) == ids)

        assert put(storefront, middle, other).status_code == HTTPStatus.OK
        (_, moved) = heard.of("id", middle, at_least=2)

    assert moved["detail"]["data"]["path"] == [other]
    storefront.eventually(lambda: len(listed(storefront, top)) == 1)
    assert len(listed(storefront, other)) == 2
    tree = storefront.visitor.get("/v1/categories").json()["items"]
    node = shown(tree, other)
    assert node is not None
    assert [child["id"] for child in node["children"]] == [middle]


def test_moves_at_once_make_no_cycle(storefront: Storefront) -> None:
    categories = [storefront.new_id("category") for _ in range(4)]
    for category in categories:
        put(storefront, category)

    with ThreadPoolExecutor(4) as movers:
        parents = [*categories[1:], categories[0]]
        answers = list(movers.map(lambda pair: put(storefront, *pair), zip(categories, parents, strict=True)))

    codes = sorted(answer.status_code for answer in answers)
    assert codes == [HTTPStatus.OK] * 3 + [HTTPStatus.CONFLICT]
    tree = storefront.visitor.get("/v1/categories").json()["items"]
    assert all(shown(tree, category) is not None for category in categories)


def test_a_category_with_anything_in_it_is_not_deleted_unless_said(storefront: Storefront) -> None:
    top, leaf = storefront.new_id("category"), storefront.new_id("category")
    put(storefront, top)
    put(storefront, leaf, top)
    draft = storefront.publish(product(category=leaf, status="draft"))

    for category in (top, leaf):
        refused = storefront.merchant.delete(f"/v1/categories/{category}")
        assert assert_problem(refused, HTTPStatus.CONFLICT)["type"].endswith("category-not-empty")
    done = storefront.merchant.delete(f"/v1/categories/{top}", params={"cascade": "true"})

    assert done.status_code == HTTPStatus.NO_CONTENT
    for category in (top, leaf):
        assert storefront.visitor.get(f"/v1/categories/{category}").status_code == HTTPStatus.NOT_FOUND
    assert storefront.merchant.get(f"/v1/products/{draft['id']}").json()["category"] == leaf


def test_nobody_else_changes_the_tree(storefront: Storefront) -> None:
    path = f"/v1/categories/{storefront.new_id('category')}"
    assert_problem(storefront.visitor.put(path, json={"name": "x"}), HTTPStatus.UNAUTHORIZED)
    assert_problem(storefront.customer.put(path, json={"name": "x"}), HTTPStatus.FORBIDDEN)


def test_drafts_are_shown_to_merchants_alone(storefront: Storefront) -> None:
    category = storefront.new_id("category")
    draft = storefront.publish(product(category=category, status="draft"))
    path, query = f"/v1/products/{draft['id']}", {"category": category, "status": "draft"}

    read = storefront.merchant.get(path)
    assert (read.status_code, read.headers["etag"]) == (HTTPStatus.OK, draft["etag"])
    found = storefront.merchant.get("/v1/products", params=query).json()["items"]
    assert [item["id"] for item in found] == [draft["id"]]
    for client, status in ((storefront.visitor, HTTPStatus.UNAUTHORIZED), (storefront.customer, HTTPStatus.FORBIDDEN)):
        assert_problem(client.get(path), HTTPStatus.NOT_FOUND)
        assert_problem(client.get("/v1/products", params=query), status)


def test_variants_choose_from_options(storefront: Storefront) -> None:
    sku = storefront.new_id("sku")
    options = [{"name": "size", "values": ["M", "L"]}]
    body = product(options=options, variants=[{"sku": sku, "options": {"size": "L"}}])
    storefront.publish(body)

    body["variants"].append({"sku": f"{sku}-2", "options": {"size": "L"}})
    refused = storefront.merchant.put(f"/v1/products/{body['id']}", json=body)

    assert "is the same as variant" in assert_problem(refused, HTTPStatus.UNPROCESSABLE_ENTITY)["errors"][0]["detail"]


def test_a_cart_in_another_currency_costs_what_the_product_says(storefront: Storefront) -> None:
    sold = storefront.publish(product(prices=[{"currency": "JPY", "amount": 1490}]))
    cart = storefront.visitor.post("/v1/carts", json={"currency": "JPY"}).json()["id"]

    def put_in() -> bool:
        added = storefront.visitor.put(f"/v1/carts/{cart}/items/{sold['id']}", json={"quantity": 2})
        if not added.is_success:
            return False
        found: dict[str, Any] = storefront.visitor.get(f"/v1/carts/{cart}").json()
        return "'currency': 'JPY', 'amount': 2980" in str(found)

    storefront.eventually(put_in)
