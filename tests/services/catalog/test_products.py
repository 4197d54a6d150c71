from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from catalog.product import MAXIMUM_PRODUCT_BYTES
from store.table import Table
from tests.services.http_client import Answer, Client, product
from tests.services.key_server import KeyServer

Heard = tuple[str, dict[str, object], dict[str, object]]
Events = Callable[[], list[Heard]]


@pytest.fixture
def events(table: Table, dynamodb_client: object) -> Events:
    """Give what the outbox holds, oldest first: detail type, metadata and data."""
    from pydynox import DynamoDBClient

    client = cast(DynamoDBClient, dynamodb_client)

    def read() -> list[Heard]:
        items = [item for item in client.sync_scan(table.name) if item["sk"] == "EVENT"]
        stated = [json.loads(item["outbox_event"]) for item in items]
        stated.sort(key=lambda event: (event["detail"]["data"]["version"], event["time"]))
        return [(event["detail_type"], event["detail"]["metadata"], event["detail"]["data"]) for event in stated]

    return read


def pointers(answer: Answer) -> list[str]:
    return [error["pointer"] for error in cast(list[dict[str, str]], answer.problem()["errors"])]


def test_a_created_product_can_be_read(catalog: Client, events: Events) -> None:
    created = catalog.call("PUT", "/v1/products/boots", body=product(), headers={"x-correlation-id": "c-1"})
    assert created.status == 201
    assert created.headers["Location"] == "/v1/products/boots"
    assert created.headers["Cache-Control"] == "no-store"
    read = catalog.call("GET", "/v1/products/boots")
    assert read.status == 200
    assert read.json == created.json
    assert read.json == product() | {
        "version": 1,
        "skus": ["boots"],
        "tags": [],
        "attributes": {},
        "media": [],
        "prices": [],
        "options": [],
        "variants": [],
        "created_at": read.json["created_at"],
        "updated_at": read.json["created_at"],
    }
    assert read.headers["ETag"] == created.headers["ETag"] == '"1"'
    ((detail_type, metadata, data),) = events()
    assert (detail_type, data["version"], data["skus"]) == ("ProductPublished", 1, ["boots"])
    assert (metadata["correlation_id"], metadata["tenant_id"], metadata["version"]) == ("c-1", "default", 1)


def test_the_same_content_again_changes_nothing(catalog: Client, events: Events) -> None:
    created = catalog.call("PUT", "/v1/products/boots", body=product())
    again = catalog.call("PUT", "/v1/products/boots", body=product(brand=None))
    assert (again.status, again.text, again.headers["ETag"]) == (200, created.text, '"1"')
    assert len(events()) == 1


def test_what_was_read_can_be_changed_and_sent_back(catalog: Client) -> None:
    catalog.call("PUT", "/v1/products/boots", body=product())
    read = catalog.call("GET", "/v1/products/boots")
    headers = {"If-Match": read.headers["ETag"]}
    written = catalog.call("PUT", "/v1/products/boots", body=read.json | {"name": "Boots"}, headers=headers)
    assert (written.status, written.headers["ETag"], written.json["version"]) == (200, '"2"', 2)
    assert written.json["created_at"] == read.json["created_at"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Match": '"1"'}, 412),
        ({"If-Match": 'W/"2"'}, 412),
        ({"If-Match": '"1", "2"'}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-None-Match": "*"}, 412),
        ({"If-Match": "2"}, 400),
    ],
)
def test_a_write_with_a_precondition(catalog: Client, headers: dict[str, str], status: int) -> None:
    catalog.call("PUT", "/v1/products/boots", body=product())
    catalog.call("PUT", "/v1/products/boots", body=product(name="second"))
    answer = catalog.call("PUT", "/v1/products/boots", body=product(name="third"), headers=headers)
    assert answer.status == status
    shown = catalog.call("GET", "/v1/products/boots").json["name"]
    assert shown == ("third" if status == 200 else "second")


def test_a_write_that_expects_something_where_nothing_is(catalog: Client) -> None:
    answer = catalog.call("PUT", "/v1/products/boots", body=product(), headers={"If-Match": "*"})
    assert answer.status == 412
    assert catalog.call("PUT", "/v1/products/boots", body=product(), headers={"If-None-Match": "*"}).status == 201


def test_a_draft_is_as_if_it_were_not(catalog: Client, events: Events) -> None:
    assert catalog.call("PUT", "/v1/products/boots", body=product(status="draft")).status == 201
    catalog.token = None
    assert catalog.call("GET", "/v1/products/boots").status == 404
    assert catalog.call("GET", "/v1/products").json["items"] == []
    assert events() == []


def test_the_life_of_a_product_as_others_hear_of_it(catalog: Client, events: Events) -> None:
    for status in ("draft", "published", "draft"):
        catalog.call("PUT", "/v1/products/boots", body=product(status=status))
    assert catalog.call("DELETE", "/v1/products/boots").status == 204
    assert catalog.call("GET", "/v1/products/boots").status == 404
    assert catalog.call("PUT", "/v1/products/boots", body=product()).status == 201
    heard = [(detail_type, data["version"]) for detail_type, _, data in events()]
    assert heard == [("ProductPublished", 2), ("ProductUnpublished", 3), ("ProductDeleted", 4), ("ProductPublished", 5)]


def test_a_deleted_product_cannot_be_deleted_again(catalog: Client) -> None:
    catalog.call("PUT", "/v1/products/boots", body=product())
    assert catalog.call("DELETE", "/v1/products/boots", headers={"If-Match": '"9"'}).status == 412
    assert catalog.call("DELETE", "/v1/products/boots", headers={"If-Match": '"1"'}).status == 204
    assert catalog.call("DELETE", "/v1/products/boots").status == 404
    assert catalog.call("DELETE", "/v1/products/never").status == 404


def test_a_sku_belongs_to_one_product(catalog: Client) -> None:
    sized = product("boots", variants=[{"sku": "boots-41"}, {"sku": "boots-42"}])
    assert catalog.call("PUT", "/v1/products/boots", body=sized).json["skus"] == ["boots-41", "boots-42"]
    thief = product("shoes", variants=[{"sku": "shoes-1"}, {"sku": "boots-42"}])
    refused = catalog.call("PUT", "/v1/products/shoes", body=thief)
    assert refused.status == 409
    assert "boots-42 belongs to product boots" in str(refused.problem()["detail"])
    assert catalog.call("GET", "/v1/products/shoes").status == 404
    assert (
        catalog.call("PUT", "/v1/products/boots", body=product("boots", variants=[{"sku": "boots-41"}])).status == 200
    )
    assert catalog.call("PUT", "/v1/products/shoes", body=thief).status == 201
    assert catalog.call("DELETE", "/v1/products/shoes").status == 204
    assert catalog.call("PUT", "/v1/products/boots", body=sized).status == 200


def test_the_largest_product_can_be_replaced_by_one_with_other_skus(catalog: Client) -> None:
    for generation in "ab":
        variants = [{"sku": f"{generation}-{number}"} for number in range(40)]
        answer = catalog.call("PUT", "/v1/products/boots", body=product(variants=variants))
        assert answer.status in (200, 201)
    assert catalog.call("DELETE", "/v1/products/boots").status == 204


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"colour": "red"}, ["/colour"]),
        ({"price": {"currency": "USD", "amount": "12"}}, ["/price/amount"]),
        ({"price": {"currency": "USD", "amount": 1, "tax/vat": 1}}, ["/price/tax~1vat"]),
        ({"status": "hidden"}, ["/status"]),
        ({"name": " "}, ["/name"]),
        ({"id": "other"}, ["/id"]),
        ({"id": "a b"}, ["/id"]),
        ({"tags": ["a", 1]}, ["/tags/1"]),
        ({"variants": [{"sku": "a"}, {"sku": "a"}]}, [""]),
        ({"variants": [{"sku": "a", "price": {"currency": "EUR", "amount": 1}}]}, [""]),
        ({"variants": [{"sku": f"s{number}"} for number in range(41)]}, ["/variants"]),
        ({"prices": [{"currency": "USD", "amount": 1}]}, [""]),
        ({"prices": [{"currency": "EUR", "amount": 1, "price_list": "EUR"}]}, [""]),
        ({"prices": [{"currency": "EUR", "amount": 1, "price_list": "trade"}] * 2}, [""]),
        ({"prices": [{"currency": "EUR", "amount": -1}]}, ["/prices/0/amount"]),
        ({"variants": [{"sku": "a", "prices": [{"currency": "EUR", "amount": 1}]}]}, ["/variants/0"]),
        ({"options": [{"name": "size", "values": ["L"]}]}, [""]),
        ({"options": [{"name": "size", "values": []}], "variants": [{"sku": "a"}]}, ["/options/0/values"]),
        ({"media": [{"url": "javascript:alert(1)"}]}, ["/media/0/url"]),
        ({"media": [{"url": "data:text/html,x"}]}, ["/media/0/url"]),
    ],
)
def test_an_invalid_product_is_told_by_pointers(
    catalog: Client, changes: dict[str, object], expected: list[str]
) -> None:
    answer = catalog.call("PUT", "/v1/products/boots", body=product(**changes))
    assert answer.status == 422
    assert pointers(answer) == expected


def test_too_large_a_product_gives_413(catalog: Client) -> None:
    answer = catalog.call("PUT", "/v1/products/boots", body=product(description="x" * MAXIMUM_PRODUCT_BYTES))
    assert answer.status == 413


def test_the_largest_product_in_bytes_is_stored_with_its_event(catalog: Client) -> None:
    media = [{"url": f"images/{number}/" + "é" * 500, "alt": "é" * 450} for number in range(50)]
    assert catalog.call("PUT", "/v1/products/boots", body=product(media=media)).status == 413
    raw = json.dumps(product(media=media), ensure_ascii=False)
    assert 90_000 < len(raw.encode()) < MAXIMUM_PRODUCT_BYTES
    answer = catalog.call("PUT", "/v1/products/boots", raw=raw, headers={"content-type": "application/json"})
    assert answer.status == 201


@pytest.mark.usefixtures("catalog")
def test_writers_of_one_product_each_make_a_version(events: Events) -> None:
    with ThreadPoolExecutor(6) as writers:
        bodies = [product(name=f"name {number}") for number in range(12)]
        answers = list(writers.map(save, bodies))
    assert sorted(answers) == list(range(1, 13))
    assert [data["version"] for _, _, data in events()] == list(range(1, 13))


def save(body: dict[str, object]) -> int:
    """Write beside others through the repository: a handler serves one request at a time, as in Lambda."""
    from catalog import write
    from catalog.product import ProductInput
    from catalog.repository import ProductRepository
    from edge.validation import validate

    repository = ProductRepository(write.catalog_table(), correlation_id="c")
    return repository.save(validate(ProductInput, body), precondition=lambda _version: None).version


@pytest.mark.parametrize("product_id", ["%", "%zz", "%00", "a%20b", "..", "\x00", "\ud800", "é", "a" * 5000, "'\"<>"])
def test_an_id_that_no_product_can_have_is_not_found(catalog: Client, product_id: str) -> None:
    for method in ("GET", "DELETE"):
        answer = catalog.call(method, f"/v1/products/{product_id}", route=f"{method} /v1/products/{{id}}")
        assert answer.status == 404
        answer.problem()


def test_a_write_needs_a_token_with_the_scope(catalog: Client) -> None:
    catalog.token = None
    assert catalog.call("PUT", "/v1/products/boots", body=product()).status == 401
    assert catalog.call("GET", "/v1/products").status == 200


def test_a_merchant_reads_drafts_and_lists_them(catalog: Client) -> None:
    catalog.call("PUT", "/v1/products/shown", body=product("shown"))
    draft = catalog.call("PUT", "/v1/products/hidden", body=product("hidden", status="draft"))

    def listed(**query: str) -> list[object]:
        answer = catalog.call("GET", "/v1/products", query=query)
        assert answer.status == 200
        return [item["id"] for item in cast(list[dict[str, str]], answer.json["items"])]

    read = catalog.call("GET", "/v1/products/hidden")
    assert (read.json, read.headers["ETag"]) == (draft.json, '"1"')
    assert read.headers["Cache-Control"] == "private, no-cache"
    assert listed() == listed(status="published") == listed(category="footwear") == ["shown"]
    assert listed(status="draft") == listed(status="draft", category="footwear") == ["hidden"]
    assert listed(status="all") == listed(status="all", category="footwear") == ["hidden", "shown"]
    assert catalog.call("GET", "/v1/products", query={"status": "deleted"}).status == 422


def test_a_category_is_not_mistaken_for_the_drafts_of_another(catalog: Client) -> None:
    catalog.call("PUT", "/v1/products/hidden", body=product("hidden", status="draft"))
    catalog.token = None
    for category in ("drafts of footwear", "drafts of".ljust(201) + "footwear"):
        assert catalog.call("GET", "/v1/products", query={"category": category}).json["items"] == []


def test_drafts_are_for_merchants(catalog: Client, issuer: KeyServer) -> None:
    catalog.call("PUT", "/v1/products/hidden", body=product("hidden", status="draft"))
    for token, status in ((None, 401), (issuer.token("orders/read"), 403)):
        catalog.token = token
        assert catalog.call("GET", "/v1/products/hidden").status == 404
        assert catalog.call("GET", "/v1/products").json["items"] == []
        for asked in ("draft", "all"):
            assert catalog.call("GET", "/v1/products", query={"status": asked}).status == status
    catalog.token = "forged"
    assert catalog.call("GET", "/v1/products").status == 401
