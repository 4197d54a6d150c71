"""Says how many points a customer has."""

import json
import os
from typing import TypedDict

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


class Request(TypedDict):
    """The part of an HTTP API's event (payload format 2.0) that is read here."""

    pathParameters: dict[str, str]


def handler(event: Request, _context: object) -> dict[str, object]:
    """Answers with the points, which are 0 for a customer who has not ordered anything yet."""
    found = table.get_item(Key={"pk": f"CUSTOMER#{event['pathParameters']['id']}"}).get("Item", {})
    body = {"points": int(str(found.get("points", 0)))}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}
