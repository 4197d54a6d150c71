"""Exports of the catalog over HTTP, with IAM enforced."""

from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest
from botocore.exceptions import ClientError

from tests.local.deployed.catalog_bulk import EXPORTS, exported, finished, lines
from tests.local.deployed.storefront import Storefront, assert_problem, product

TRANSACTION = "DynamoDB_20120810.TransactWriteItems"


def test_a_merchant_downloads_every_product_and_drafts(storefront: Storefront) -> None:
    shown, hidden = storefront.publish(product()), storefront.publish(product(status="draft"))

    found = {line["id"]: line for line in exported(storefront)}

    assert found[shown["id"]] == storefront.visitor.get(f"/v1/products/{shown['id']}").json()
    assert found[hidden["id"]]["status"] == "draft"


def test_a_service_downloads_what_is_published(storefront: Storefront) -> None:
    shown, hidden = storefront.publish(product()), storefront.publish(product(status="draft"))
    path = f"/v1/catalog/service-exports/{storefront.new_id('rebuild')}"

    asked, again = storefront.account.put(path), storefront.account.put(path)
    found = {line["id"] for line in lines(finished(storefront.account, path)["download"])}

    assert (asked.status_code, again.json()["id"]) == (HTTPStatus.ACCEPTED, asked.json()["id"])
    assert shown["id"] in found
    assert hidden["id"] not in found


def test_nobody_else_asks_for_an_export(storefront: Storefront) -> None:
    path = "/v1/catalog/service-exports/any"

    assert_problem(storefront.visitor.post(EXPORTS), HTTPStatus.UNAUTHORIZED)
    assert_problem(storefront.customer.post(EXPORTS), HTTPStatus.FORBIDDEN)
    for client in (storefront.visitor, storefront.merchant):
        assert client.put(path).status_code == HTTPStatus.FORBIDDEN


def test_a_link_is_for_one_file_and_no_longer_a_link_when_changed(storefront: Storefront) -> None:
    asked = storefront.merchant.post(EXPORTS)
    link = finished(storefront.merchant, asked.headers["location"])["download"]["url"]

    other = urlsplit(link)
    bare = urlunsplit(other._replace(query=""))
    elsewhere = urlunsplit(other._replace(path=other.path.replace("/exports/", "/pieces/")))

    assert httpx.get(link).status_code == HTTPStatus.OK
    for changed in (bare, elsewhere):
        assert httpx.get(changed).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_export_whose_worker_dies_is_finished_by_the_next_one(storefront: Storefront, moment: str) -> None:
    written = [storefront.publish(product())["id"] for _ in range(5)]

    with storefront.impatient_queues(), storefront.killing("CatalogWork", at=TRANSACTION, moment=moment):
        asked = storefront.merchant.post(EXPORTS)
        export = finished(storefront.merchant, asked.headers["location"])

    found = [line["id"] for line in lines(export["download"])]
    assert len(set(found)) == len(found) == export["products"]
    assert set(written) <= set(found)


def test_who_answers_merchants_may_read_exports_and_nothing_else(storefront: Storefront) -> None:
    role = storefront.physical_id("Catalog", "AWS::IAM::Role", "CatalogJobs")
    bucket = storefront.physical_id("Catalog", "AWS::S3::Bucket", "Files")

    with storefront.as_role("s3", role) as s3:
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.put_object(Bucket=bucket, Key="exports/forged", Body=b"")
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.get_object(Bucket=bucket, Key="pieces/any")
