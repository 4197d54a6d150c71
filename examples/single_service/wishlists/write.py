"""Puts SKUs on wish lists and takes them off; both may be repeated."""

import os
from typing import TypedDict

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


class Request(TypedDict):
    """The part of an HTTP API's event (payload format 2.0) that is read here."""

    routeKey: str
    pathParameters: dict[str, str]


def handler(event: Request, _context: object) -> dict[str, object]:
    """Answers 204, whether or not the SKU was on the list before."""
    parameters = event["pathParameters"]
    key = {"wishlist_id": parameters["id"], "sku": parameters["sku"]}
    if event["routeKey"].startswith("PUT "):
        table.put_item(Item=key)
    else:
        table.delete_item(Key=key)
    return {"statusCode": 204}
