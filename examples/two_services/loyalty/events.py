"""Counts a point for every 100 minor units of an order, once an order however often its event comes."""

import json
import os
from collections.abc import Sequence
from typing import TypedDict

import boto3
from order_events import OrderPlaced

dynamodb = boto3.client("dynamodb")
table_name = os.environ["TABLE_NAME"]


class Record(TypedDict):
    """The part of an SQS record that is read here."""

    messageId: str
    body: str


class Batch(TypedDict):
    """What the queue behind the rule hands over."""

    Records: Sequence[Record]


class Failure(TypedDict):
    """A record that shall come again."""

    itemIdentifier: str


def handler(event: Batch, _context: object) -> dict[str, list[Failure]]:
    """Takes each record by itself; those it names come again, and at last to the dead letters."""
    failures: list[Failure] = []
    for record in event["Records"]:
        try:
            order = OrderPlaced(**json.loads(record["body"])["detail"]["data"])
            add_points(order)
        except Exception as error:
            print(json.dumps({"message_id": record["messageId"], "error": repr(error)}))
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def add_points(order: OrderPlaced) -> None:
    """Adds the order's points, unless the item that remembers the order is there already."""
    try:
        dynamodb.transact_write_items(
            TransactItems=[
                {
                    "Put": {
                        "TableName": table_name,
                        "Item": {"pk": {"S": f"ORDER#{order.order_id}"}},
                        "ConditionExpression": "attribute_not_exists(pk)",
                    }
                },
                {
                    "Update": {
                        "TableName": table_name,
                        "Key": {"pk": {"S": f"CUSTOMER#{order.customer_id}"}},
                        "UpdateExpression": "ADD points :points",
                        "ExpressionAttributeValues": {":points": {"N": str(order.total // 100)}},
                    }
                },
            ]
        )
    except dynamodb.exceptions.TransactionCanceledException as error:
        if error.response["CancellationReasons"][0]["Code"] != "ConditionalCheckFailed":
            raise
