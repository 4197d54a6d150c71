"""A consumer that is built today catches up with all that ever happened, from the archive, and disturbs nobody."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydynox import DynamoDBClient
from pydynox.pydynox_core import S3Operations

from search.bucket import Bucket
from search.category_repository import CategoryRepository
from search.criteria import Criteria
from search.local_index import LocalIndex
from search.pointer import Pointer
from search.reader import Reader
from search.results import find
from store.table import Table
from tests.local.deployed.second_instance import consumer_again
from tests.local.deployed.storefront import Storefront, product

ANEW = "SearchAnew"
Known = dict[str, tuple[int, str | None]]


def table_of(storefront: Storefront, stack: str) -> str:
    return storefront.physical_id(stack, "AWS::DynamoDB::GlobalTable", "Search")


def known(storefront: Storefront, stack: str) -> Known:
    """What a search service knows of every product it heard of: its version, and its text unless it is withdrawn."""
    pages = storefront.aws("dynamodb").get_paginator("scan").paginate(TableName=table_of(storefront, stack))
    items = [item for page in pages for item in page["Items"] if item["pk"]["S"].startswith("DOCUMENT#")]
    return {item["id"]["S"]: (int(item["version"]["N"]), item.get("product", {}).get("S")) for item in items}


def tree(storefront: Storefront, stack: str) -> dict[str, list[str]]:
    """The path of every category that a search service knows of."""
    keys = {"region": "us-east-1", "access_key": "test", "secret_key": "test", "endpoint_url": storefront.endpoint}
    found = CategoryRepository(Table(name=table_of(storefront, stack), client=DynamoDBClient(**keys))).seen()
    return {category: found.path(category) for category, branch in found.branches.items() if branch.name is not None}


def indexed(storefront: Storefront, stack: str, directory: Path) -> dict[str, Any]:
    """Every product that the index of a search service has, found by an empty search of it."""
    keys = {"region": "us-east-1", "access_key": "test", "secret_key": "test", "endpoint_url": storefront.endpoint}
    table = Table(name=table_of(storefront, stack), client=DynamoDBClient(**keys))
    bucket = Bucket(storefront.physical_id(stack, "AWS::S3::Bucket", "Search"), client=S3Operations(**keys))
    directory.mkdir()
    current = Reader(pointer=Pointer(table), local=LocalIndex(directory, bucket=bucket)).current()
    if current is None:
        return {}
    return {each["id"]: each for each in find(current.searcher, Criteria(), limit=10_000).products}


def replay_to(storefront: Storefront, stack: str) -> None:
    """Sends every event of the archive to the rules that one stack has on the bus."""
    events, name, now = storefront.aws("events"), storefront.new_id("catch-up"), datetime.now(UTC)
    (archive,) = events.list_archives()["Archives"]
    bus = archive["EventSourceArn"]
    own = {rule.rpartition("|")[2] for rule in storefront.physical_ids(stack, "AWS::Events::Rule")}
    rules = events.list_rules(EventBusName=bus.rpartition("/")[2])["Rules"]
    arns = [rule["Arn"] for rule in rules if rule["Name"] in own]
    assert len(arns) == 5
    events.start_replay(
        ReplayName=name,
        EventSourceArn=events.describe_archive(ArchiveName=archive["ArchiveName"])["ArchiveArn"],
        EventStartTime=now - timedelta(days=1),
        EventEndTime=now + timedelta(minutes=1),
        Destination={"Arn": bus, "FilterArns": arns},
    )
    storefront.eventually(lambda: events.describe_replay(ReplayName=name)["State"] == "COMPLETED", within_seconds=120)


def test_a_new_search_service_knows_what_the_old_one_knows(storefront: Storefront, tmp_path: Path) -> None:
    kept, changed, hidden, gone = (storefront.publish(product(name=f"Old {number}")) for number in range(4))
    bare = {name: value for name, value in changed.items() if name != "etag"}
    storefront.publish(bare | {"name": "New name"})
    storefront.publish({name: value for name, value in hidden.items() if name != "etag"} | {"status": "draft"})
    storefront.merchant.delete(f"/v1/products/{gone['id']}").raise_for_status()
    top, leaf = storefront.new_id("category"), storefront.new_id("category")
    for category, parent in ((top, None), (leaf, None), (leaf, top)):
        body = {"name": "Any", "parent": parent}
        storefront.merchant.put(f"/v1/categories/{category}", json=body).raise_for_status()
    storefront.eventually(lambda: tree(storefront, "Search").get(leaf) == [top])
    withdrawn = {hidden["id"], gone["id"]}
    storefront.eventually(lambda: all(known(storefront, "Search").get(each, (0, ""))[1] is None for each in withdrawn))
    storefront.queues_come_to_rest()
    before = known(storefront, "Search")
    index_before = indexed(storefront, "Search", tmp_path / "before")
    assert json.loads(str(before[changed["id"]][1]))["name"] == "New name"

    with consumer_again(storefront, "Search", mapping="SearchSubscriptionSource", name=ANEW):
        assert known(storefront, ANEW) == {}
        with storefront.listening("ProductPublished") as others:
            replay_to(storefront, ANEW)
            storefront.eventually(lambda: known(storefront, ANEW) == before, within_seconds=240)
            storefront.queues_come_to_rest()
            assert tree(storefront, ANEW) == tree(storefront, "Search")
            others.of("id", kept["id"], at_least=0)
        assert others.received == []
        assert known(storefront, "Search") == before
        assert indexed(storefront, ANEW, tmp_path / "anew") == index_before
        assert indexed(storefront, "Search", tmp_path / "after") == index_before

        # From now on both hear the same.
        latest = storefront.publish(product())
        storefront.eventually(lambda: latest["id"] in known(storefront, ANEW), within_seconds=60)
        storefront.eventually(lambda: latest["id"] in known(storefront, "Search"), within_seconds=60)
        storefront.queues_come_to_rest()
        assert indexed(storefront, ANEW, tmp_path / "anew-later") == indexed(storefront, "Search", tmp_path / "later")
