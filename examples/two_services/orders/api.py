"""Takes orders: the order and the event that tells of it are one transaction."""

import json
import os
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TypedDict
from uuid import uuid4

import boto3
from order_events import OrderPlaced

WEEK = 7 * 24 * 60 * 60

dynamodb = boto3.client("dynamodb")
table_name = os.environ["TABLE_NAME"]


class Request(TypedDict):
    """The part of an HTTP API's event (payload format 2.0) that is read here."""

    pathParameters: dict[str, str]
    body: str


def handler(event: Request, _context: object) -> dict[str, object]:
    """Answers 201; an id that is taken already gets 409, an order that cannot be read 422."""
    try:
        wanted = json.loads(event["body"])
        order = OrderPlaced(
            order_id=event["pathParameters"]["id"],
            customer_id=str(wanted["customer_id"]),
            total=int(wanted["total"]),
        )
    except (KeyError, TypeError, ValueError):
        return answer(422, {"detail": "an order has a customer_id and a total in minor units"})
    try:
        place(order)
    except dynamodb.exceptions.TransactionCanceledException:
        return answer(409, {"detail": f"there is an order {order.order_id!r} already"})
    return answer(201, asdict(order))


def place(order: OrderPlaced) -> None:
    """Writes the order and its event, both or neither; the relay publishes what is in the outbox."""
    event_id = str(uuid4())
    now = datetime.now(UTC)
    message = {
        "source": order.source,
        "detail_type": order.detail_type,
        "time": now.isoformat(),
        "detail": {
            "metadata": {"event_id": event_id, "occurred_at": now.isoformat(), "version": order.version},
            "data": asdict(order),
        },
    }
    dynamodb.transact_write_items(
        TransactItems=[
            {
                "Put": {
                    "TableName": table_name,
                    "Item": {
                        "pk": {"S": f"ORDER#{order.order_id}"},
                        "customer_id": {"S": order.customer_id},
                        "total": {"N": str(order.total)},
                    },
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            },
            {
                "Put": {
                    "TableName": table_name,
                    "Item": {
                        "pk": {"S": f"OUTBOX#{event_id}"},
                        "outbox_event": {"S": json.dumps(message)},
                        "expires_at": {"N": str(int(time.time()) + WEEK)},
                    },
                }
            },
        ]
    )


def answer(status: int, body: dict[str, object]) -> dict[str, object]:
    """A JSON answer."""
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}
