"""What is used is counted while somebody wants to know, by AWS's rules, and whose it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.local.fixups.conftest import RunningServer

PATH = "/_storefront/usage"
TABLE = "Shop-Table"
CODE = """
def handler(event, context):
    print("one line")
    return {}
"""


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    server = RunningServer(tmp_path_factory.mktemp("usage"), with_fixups=True)
    names = ("pk", "sk", "status")
    keys = [{"AttributeName": name, "KeyType": kind} for name, kind in (("pk", "HASH"), ("sk", "RANGE"))]
    server.client("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=keys,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "status",
                "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    yield server
    server.stop()


@pytest.fixture
def usage(aws: RunningServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{aws.port}") as client:
        client.post(PATH).raise_for_status()
        yield client
        client.delete(PATH).raise_for_status()


def amounts(usage: httpx.Client, *measures: str) -> dict[tuple[str, str, str], float]:
    uses: list[dict[str, Any]] = usage.get(PATH).json()["uses"]
    return {
        (use["service"], use["resource"], use["measure"]): use["amount"]
        for use in uses
        if not measures or use["measure"] in measures
    }


def item(number: int, *, size: int = 10, **others: str) -> dict[str, dict[str, str]]:
    values = {"pk": f"ITEM#{number}", "sk": "ITEM", "text": "x" * size, **others}
    return {name: {"S": value} for name, value in values.items()}


def key(number: int) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"ITEM#{number}"}, "sk": {"S": "ITEM"}}


def test_nothing_is_counted_before_somebody_asks(aws: RunningServer) -> None:
    aws.client("dynamodb").put_item(TableName=TABLE, Item=item(0))
    counted = httpx.get(f"http://127.0.0.1:{aws.port}{PATH}").json()
    assert counted["counts"] is False
    assert counted["uses"] == []


def test_a_write_is_billed_by_its_size_for_each_index_and_twice_in_a_transaction(
    aws: RunningServer, usage: httpx.Client
) -> None:
    dynamodb = aws.client("dynamodb")
    dynamodb.put_item(TableName=TABLE, Item=item(1, size=2500))
    assert amounts(usage) == {("Shop", TABLE, "dynamodb_write_units"): 3}
    dynamodb.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": TABLE, "Item": item(2, status="held")}},
            {"Put": {"TableName": TABLE, "Item": item(3)}},
        ]
    )
    assert amounts(usage) == {
        ("Shop", TABLE, "dynamodb_write_units"): 3 + 4,
        ("Shop", f"{TABLE}/status", "dynamodb_write_units"): 1,
    }
    written = {each["partition_key"]: each["writes"] for each in usage.get(PATH).json()["written"]}
    assert written == {"ITEM#1": 1, "ITEM#2": 1, "ITEM#3": 1}


def test_a_write_that_is_refused_is_billed_and_writes_nothing(aws: RunningServer, usage: httpx.Client) -> None:
    dynamodb = aws.client("dynamodb")
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.put_item(TableName=TABLE, Item=item(9), ConditionExpression="attribute_exists(pk)")
    assert amounts(usage) == {("Shop", TABLE, "dynamodb_write_units"): 1}
    assert usage.get(PATH).json()["written"] == []


def test_a_read_is_billed_by_what_was_found(aws: RunningServer, usage: httpx.Client) -> None:
    dynamodb = aws.client("dynamodb")
    dynamodb.put_item(TableName=TABLE, Item=item(4, size=5000))
    usage.post(PATH)
    dynamodb.get_item(TableName=TABLE, Key=key(4))
    assert amounts(usage) == {("Shop", TABLE, "dynamodb_read_units"): 1}
    dynamodb.get_item(TableName=TABLE, Key=key(4), ConsistentRead=True)
    dynamodb.get_item(TableName=TABLE, Key=key(404))
    assert amounts(usage) == {("Shop", TABLE, "dynamodb_read_units"): 1 + 2 + 0.5}
    dynamodb.batch_get_item(RequestItems={TABLE: {"Keys": [key(4), key(405)], "ConsistentRead": True}})
    assert amounts(usage) == {("Shop", TABLE, "dynamodb_read_units"): 3.5 + 2 + 1}


def test_it_tells_which_partitions_are_read(aws: RunningServer, usage: httpx.Client) -> None:
    dynamodb = aws.client("dynamodb")
    dynamodb.put_item(TableName=TABLE, Item=item(6, size=5000, status="held"))
    usage.post(PATH)
    dynamodb.get_item(TableName=TABLE, Key=key(6))
    dynamodb.batch_get_item(RequestItems={TABLE: {"Keys": [key(406), key(6)], "ConsistentRead": True}})
    for index, condition, value in ((None, "pk = :of AND sk > :after", "ITEM#6"), ("status", "#s=:of", "held")):
        query = {"IndexName": index, "ExpressionAttributeNames": {"#s": "status"}} if index else {}
        values = {":of": {"S": value}} | ({} if index else {":after": {"S": " "}})
        dynamodb.query(TableName=TABLE, KeyConditionExpression=condition, ExpressionAttributeValues=values, **query)
    read = {
        (each["table"], each["partition_key"]): (each["reads"], each["units"])
        for each in usage.get(PATH).json()["read"]
    }
    assert read == {
        (TABLE, "ITEM#6"): (3, 1 + 2 + 1),
        (TABLE, "ITEM#406"): (1, 1),
        (f"{TABLE}/status", "held"): (1, 0.5),
    }


def test_an_invocation_is_billed_by_its_memory_and_its_log(aws: RunningServer, usage: httpx.Client) -> None:
    invoke = aws.function("Shop-Function", CODE)
    answer = invoke(Payload=json.dumps({}).encode())
    assert "FunctionError" not in answer
    found = amounts(usage)
    of_function = {measure: amount for (_, resource, measure), amount in found.items() if resource == "Shop-Function"}
    assert of_function["lambda_requests"] == 1
    assert of_function["log_bytes"] == len("one line") + 26
    milliseconds = of_function["lambda_milliseconds"]
    assert milliseconds >= 1
    assert of_function["lambda_megabyte_milliseconds"] == milliseconds * 128


def test_an_event_is_billed_to_who_publishes_it_and_its_queue_to_who_hears_it(
    aws: RunningServer, usage: httpx.Client
) -> None:
    events, sqs = aws.client("events"), aws.client("sqs")
    queue = sqs.create_queue(QueueName="Listener-Queue")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="heard", EventPattern=json.dumps({"detail-type": ["Sold"]}))
    events.put_targets(Rule="heard", Targets=[{"Id": "queue", "Arn": arn}])
    detail = json.dumps({"text": "x" * 70_000})
    events.put_events(Entries=[{"Source": "storefront.big-shop", "DetailType": "Sold", "Detail": detail}])
    assert amounts(usage, "events_published", "sqs_requests") == {
        ("BigShop", "Sold", "events_published"): 2,
        ("Listener", "Listener-Queue", "sqs_requests"): 2,
    }
    sqs.receive_message(QueueUrl=queue)
    assert amounts(usage, "sqs_requests") == {("Listener", "Listener-Queue", "sqs_requests"): 3}
