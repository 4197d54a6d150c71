from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast
from uuid import uuid4

import pytest
from pydynox import DynamoDBClient

from store.table import Table
from tests.services.http_client import Client, HttpHandler
from tests.services.key_server import KeyServer

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient as ControlPlane

ROUTES = {
    "POST /v1/prices/quotes": "iam",
    "GET /v1/promotions": "scopes pricing/write",
    "GET /v1/promotions/{code}": "scopes pricing/write",
    "PUT /v1/promotions/{code}": "scopes pricing/write",
    "GET /v1/promotions/{code}/uses": "scopes pricing/write",
    "PUT /v1/promotions/{code}/redemptions/{id}": "iam",
    "DELETE /v1/promotions/{code}/redemptions/{id}": "iam",
    "GET /v1/price-lists/{id}": "scopes pricing/write",
    "PUT /v1/price-lists/{id}": "scopes pricing/write",
}


@pytest.fixture
def table(control_plane: ControlPlane, dynamodb_client: DynamoDBClient) -> Table:
    """Give a table of the test's own, with pricing's indexes."""
    name = f"table-{uuid4()}"
    control_plane.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": "S"}
            for attribute in ("pk", "sk", "listed", "listed_key", "automatic", "automatic_key")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": index, "KeyType": "HASH"},
                    {"AttributeName": f"{index}_key", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in ("listed", "automatic")
        ],
    )
    return Table(name=name, client=dynamodb_client)


@pytest.fixture
def merchant(table: Table, issuer: KeyServer, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Give a client of the service's handler with a merchant's token."""
    from pricing import api, price_list_routes, promotion_routes, quote_routes, redemption_routes

    monkeypatch.setenv("ROUTE_ACCESS", json.dumps(ROUTES))
    for module in (price_list_routes, promotion_routes, quote_routes, redemption_routes):
        monkeypatch.setattr(module, "pricing_table", lambda: table)
    methods = ("GET", "PUT", "POST", "DELETE")
    handlers = cast(Mapping[str, HttpHandler], dict.fromkeys(methods, api.handler))
    return Client(handlers=handlers, token=issuer.token("pricing/write"))
