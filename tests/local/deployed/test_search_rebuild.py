"""The search index made again from the catalog while people search, products change, and workers die."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from tests.local.deployed.index_rebuilds import ask_for_rebuild, complete
from tests.local.deployed.storefront import Storefront, product

WORKER, RELAY = "Search-SearchRebuildWork", "Search-SearchOutboxRelay"
TRANSACTION, PUT_EVENTS = "DynamoDB_20120810.TransactWriteItems", "AWSEvents.PutEvents"


@pytest.fixture(scope="module")
def shelf(storefront: Storefront) -> dict[str, Any]:
    """Six kettles in a category of their own."""
    category = storefront.new_id("kettles")
    rows = [product(name=f"Kettle {number}", category=category) for number in range(6)]
    storefront.merchant.post("/v1/products/import", json=rows).raise_for_status()
    storefront.eventually(lambda: storefront.search(category=category)["total"] == len(rows))
    return {"category": category, "ids": {row["id"] for row in rows}}


def generation(storefront: Storefront) -> str:
    """The current generation of the index."""
    table = storefront.physical_id("Search", "AWS::DynamoDB::GlobalTable", "Search")
    item = storefront.aws("dynamodb").get_item(TableName=table, Key={"pk": {"S": "INDEX"}, "sk": {"S": "CURRENT"}})
    return str(item["Item"]["generation"]["S"])


@contextmanager
def searching(storefront: Storefront, **query: Any) -> Iterator[list[httpx.Response]]:
    """Searches all the time, as two people would; gives every answer."""
    answers: list[httpx.Response] = []
    enough = threading.Event()

    def search() -> None:
        while not enough.is_set():
            answers.append(storefront.visitor.get("/v1/search", params=query))

    people = [threading.Thread(target=search) for _ in range(2)]
    for each in people:
        each.start()
    try:
        yield answers
    finally:
        enough.set()
        for each in people:
            each.join()


def test_no_search_fails_and_no_event_waits_while_the_index_is_made_again(
    storefront: Storefront, shelf: dict[str, Any]
) -> None:
    before = generation(storefront)

    with searching(storefront, category=shelf["category"], limit=100) as answers:
        path = ask_for_rebuild(storefront)
        new = storefront.publish(product(category=shelf["category"]))
        storefront.eventually(lambda: new["id"] in storefront.found("plain"), within_seconds=60)
        ended = complete(storefront, path)
        renamed = storefront.publish({name: new[name] for name in new if name != "etag"} | {"name": "Famous Kettle"})
        storefront.eventually(lambda: renamed["id"] in storefront.found("famous"), within_seconds=60)

    assert {answer.status_code for answer in answers} == {HTTPStatus.OK}
    assert len(answers) > 20
    for answer in answers:
        found = {item["id"] for item in answer.json()["items"]}
        assert shelf["ids"] <= found <= shelf["ids"] | {new["id"]}
    assert generation(storefront) != before
    # Nothing was lost or wrong before, so there was nothing to put right.
    assert (ended["withdrawn"], ended["unreadable"]) == (0, 0)
    assert ended["lines"] >= len(shelf["ids"])


def test_an_index_whose_objects_and_copies_are_gone_is_there_again(
    storefront: Storefront, shelf: dict[str, Any]
) -> None:
    bucket, s3 = storefront.physical_id("Search", "AWS::S3::Bucket", "Search"), storefront.aws("s3")
    for listed in s3.list_objects_v2(Bucket=bucket)["Contents"]:
        s3.delete_object(Bucket=bucket, Key=listed["Key"])
    # A product that search never heard of, as if its events had been lost.
    table = storefront.physical_id("Search", "AWS::DynamoDB::GlobalTable", "Search")
    forgotten = min(shelf["ids"])
    key = {"pk": {"S": f"DOCUMENT#{forgotten}"}, "sk": {"S": "DOCUMENT"}}
    storefront.aws("dynamodb").delete_item(TableName=table, Key=key)

    ended = complete(storefront, ask_for_rebuild(storefront))

    assert ended["corrected"] == 1
    # Whoever has copies of the old index dies: the next one finds the new one in the bucket.
    with storefront.fault("Search-SearchApi", "kill"):
        storefront.visitor.get("/v1/search")
    found = storefront.search(category=shelf["category"], limit=100)
    assert shelf["ids"] <= {item["id"] for item in found["items"]}


def test_a_tree_that_is_lost_is_there_again(storefront: Storefront, shelf: dict[str, Any]) -> None:
    above = storefront.new_id("above")
    for category, parent in ((above, None), (shelf["category"], above)):
        body = {"name": "Any", "parent": parent}
        storefront.merchant.put(f"/v1/categories/{category}", json=body).raise_for_status()

    def found() -> set[str]:
        return {item["id"] for item in storefront.search(category=above, limit=100)["items"]}

    storefront.eventually(lambda: shelf["ids"] <= found())
    table = storefront.physical_id("Search", "AWS::DynamoDB::GlobalTable", "Search")
    key = {"pk": {"S": "CATEGORIES"}, "sk": {"S": "TREE"}}
    storefront.aws("dynamodb").delete_item(TableName=table, Key=key)
    storefront.eventually(lambda: not found())

    complete(storefront, ask_for_rebuild(storefront))

    storefront.eventually(lambda: shelf["ids"] <= found())


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(("function", "call", "skip"), [(WORKER, TRANSACTION, 1), (RELAY, PUT_EVENTS, 0)])
def test_a_rebuild_whose_worker_or_relay_dies_is_finished_by_the_next_one(
    storefront: Storefront, shelf: dict[str, Any], function: str, call: str, skip: int, moment: str
) -> None:
    with storefront.impatient_queues(), storefront.fault(function, "kill", call=call, moment=moment, skip=skip):
        complete(storefront, ask_for_rebuild(storefront))

    assert shelf["ids"] <= {item["id"] for item in storefront.search(category=shelf["category"], limit=100)["items"]}


def test_two_at_once_end_with_one_index(storefront: Storefront, shelf: dict[str, Any]) -> None:
    with searching(storefront, category=shelf["category"], limit=100) as answers:
        for path in [ask_for_rebuild(storefront), ask_for_rebuild(storefront)]:
            complete(storefront, path)

    assert {answer.status_code for answer in answers} == {HTTPStatus.OK}
    assert all(shelf["ids"] <= {item["id"] for item in answer.json()["items"]} for answer in answers)


def test_nobody_but_the_account_asks_for_one(storefront: Storefront) -> None:
    for client in (storefront.visitor, storefront.merchant, storefront.customer):
        assert client.put("/v1/search/rebuilds/any").status_code == HTTPStatus.FORBIDDEN
    assert storefront.account.put("/v1/search/rebuilds/-no").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert storefront.account.get("/v1/search/rebuilds/never").status_code == HTTPStatus.NOT_FOUND
