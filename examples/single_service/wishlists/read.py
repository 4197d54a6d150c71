"""Reads wish lists. Its role may read the table and no more, because it serves GET alone."""

import json
import os
from typing import TypedDict

import boto3
from boto3.dynamodb.conditions import Key

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


class Request(TypedDict):
    """The part of an HTTP API's event (payload format 2.0) that is read here."""

    pathParameters: dict[str, str]


def handler(event: Request, _context: object) -> dict[str, object]:
    """Answers with the list's SKUs; a list that nobody has put anything on is empty."""
    found = table.query(KeyConditionExpression=Key("wishlist_id").eq(event["pathParameters"]["id"]))
    body = {"items": [{"sku": item["sku"]} for item in found["Items"]]}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}
