"""Imports of whole files over HTTP, with IAM enforced."""

from http import HTTPStatus

import pytest

from tests.local.deployed.catalog_bulk import IMPORTS, exported, imported, started_import
from tests.local.deployed.storefront import Storefront, assert_problem, product

TRANSACTION = "DynamoDB_20120810.TransactWriteItems"
ROWS = 4_000


def test_each_row_of_a_file_is_reported(storefront: Storefront) -> None:
    known = storefront.publish(product())
    bare = {name: value for name, value in known.items() if name != "etag"}
    new, bad = product(), product(price={"currency": "EUR", "amount": -1})

    report = imported(storefront, started_import(storefront, bare, bare | {"name": "Other"}, new, "{not json", bad))[1]

    assert [line["outcome"] for line in report] == ["unchanged", "updated", "created", "rejected", "rejected"]
    assert report[4]["errors"][0]["pointer"] == "/price/amount"
    assert storefront.visitor.get(f"/v1/products/{new['id']}").status_code == HTTPStatus.OK


@pytest.mark.parametrize(("moment", "skip"), [("before", 20), ("after", 60)])
def test_a_large_import_whose_worker_dies_writes_every_row_once(storefront: Storefront, moment: str, skip: int) -> None:
    category = storefront.new_id("category")
    # Drafts, or every consumer of events is busy with them for minutes, while the tests that follow count seconds.
    rows = [product(category=category, name=f"Bulk {number}", status="draft") for number in range(ROWS)]

    fault = storefront.fault("CatalogWork", "kill", call=TRANSACTION, moment=moment, skip=skip)
    with storefront.impatient_queues(), fault:
        done, report = imported(storefront, started_import(storefront, *rows))

    assert done["rows"] == {"read": ROWS, "created": ROWS, "updated": 0, "unchanged": 0, "rejected": 0}
    assert [line["id"] for line in report] == [row["id"] for row in rows]
    versions = {line["id"]: line["version"] for line in exported(storefront) if line["category"] == category}
    assert versions == {row["id"]: 1 for row in rows}


def test_what_is_exported_can_be_imported_and_changes_nothing(storefront: Storefront) -> None:
    written = [storefront.publish(product(tags=["é", "☕"]))["id"] for _ in range(3)]
    found = [line for line in exported(storefront) if line["id"] in written]

    report = imported(storefront, started_import(storefront, *found))[1]

    assert [line["outcome"] for line in report] == ["unchanged"] * 3


def test_nobody_else_imports(storefront: Storefront) -> None:
    assert_problem(storefront.visitor.post(IMPORTS), HTTPStatus.UNAUTHORIZED)
    assert_problem(storefront.customer.post(IMPORTS), HTTPStatus.FORBIDDEN)
    assert_problem(storefront.merchant.get(f"{IMPORTS}/none"), HTTPStatus.NOT_FOUND)
