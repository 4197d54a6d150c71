"""Reads and sets prices, in minor units; the same handler runs on Lambda."""

import os
from http import HTTPStatus

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import BadRequestError, NotFoundError
from aws_lambda_powertools.utilities.typing import LambdaContext

HIGHEST = 10**9

app = APIGatewayHttpResolver()
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


@app.get("/v1/prices/<sku>")
def read_price(sku: str) -> dict[str, object]:
    """Answers with a SKU's price, or 404."""
    item = table.get_item(Key={"sku": sku}).get("Item")
    if item is None:
        raise NotFoundError(f"there is no price of {sku!r}")
    return {"sku": sku, "currency": item["currency"], "amount": int(str(item["amount"]))}


@app.put("/v1/prices/<sku>")
def set_price(sku: str) -> Response[str]:
    """Answers 204; what is no price gets 400. May be repeated."""
    try:
        amount = app.current_event.json_body["amount"]
    except (KeyError, TypeError, ValueError) as error:
        raise BadRequestError("a price has an amount") from error
    if type(amount) is not int or not 0 <= amount <= HIGHEST:
        raise BadRequestError(f"an amount is an integer of 0 to {HIGHEST} in minor units")
    table.put_item(Item={"sku": sku, "currency": "EUR", "amount": amount})
    return Response(status_code=HTTPStatus.NO_CONTENT)


def handler(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
    """Answers a request of an HTTP API (payload format 2.0), on Fargate as on Lambda."""
    return app.resolve(event, context)
