"""Bulk import over HTTP."""

import json
from http import HTTPStatus

from tests.local.deployed.storefront import Storefront, product

ROWS = 500


def test_bad_rows_are_reported_and_good_rows_are_kept(storefront: Storefront) -> None:
    good, bad = product(), product(price={"currency": "EUR", "amount": -1})
    lines = "\n".join([json.dumps(good), "{not json", json.dumps(bad)])

    answer = storefront.merchant.post(
        "/v1/products/import", content=lines, headers={"Content-Type": "application/x-ndjson"}
    )

    report = answer.json()
    assert answer.status_code == HTTPStatus.OK
    assert (report["accepted"], report["rejected"]) == (1, 2)
    assert [(row["row"], row["outcome"]) for row in report["rows"]] == [
        (1, "created"),
        (2, "rejected"),
        (3, "rejected"),
    ]
    assert report["rows"][2]["errors"][0]["pointer"] == "/price/amount"
    assert storefront.visitor.get(f"/v1/products/{good['id']}").status_code == HTTPStatus.OK


def test_an_import_sent_twice_with_one_key_happens_once(storefront: Storefront) -> None:
    rows, headers = [product(), product()], {"Idempotency-Key": storefront.new_id("key")}

    first = storefront.merchant.post("/v1/products/import", json=rows, headers=headers)
    second = storefront.merchant.post("/v1/products/import", json=rows, headers=headers)
    other = storefront.merchant.post("/v1/products/import", json=[product()], headers=headers)

    assert first.json()["accepted"] == 2
    assert second.json() == first.json()
    assert other.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_the_largest_import_is_listed_searchable_and_stocked(storefront: Storefront) -> None:
    category = storefront.new_id("category")
    rows = [product(category=category, name=f"Lantern {number}") for number in range(ROWS)]

    report = storefront.merchant.post("/v1/products/import", json=rows).json()

    assert (report["accepted"], report["rejected"]) == (ROWS, 0)
    listed = [
        item["id"] for page in storefront.pages("/v1/products", category=category, limit=100) for item in page["items"]
    ]
    assert sorted(listed) == sorted(row["id"] for row in rows)
    storefront.eventually(lambda: storefront.search(q="lantern", category=category)["total"] == ROWS, within_seconds=60)
    found = [
        item["id"]
        for page in storefront.pages("/v1/search", q="lantern", category=category, limit=100)
        for item in page["items"]
    ]
    assert sorted(found) == sorted(listed)
    storefront.eventually(
        lambda: all(storefront.visitor.get(f"/v1/inventory/{row['id']}").is_success for row in rows[::50]),
        within_seconds=60,
    )
