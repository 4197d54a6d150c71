from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

import pytest

from contracts.shipping_events import ShipmentDelivered, ShipmentDispatched
from store.table import Table
from tests.services.conftest import Indexes
from tests.services.http_client import Client, HttpHandler
from tests.services.key_server import KeyServer

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient as ControlPlane

ROUTES = {
    "POST /v1/shipping/quotes": "public",
    "POST /v1/shipments": "scopes shipping/write",
    "GET /v1/shipments/{id}": "capability shipping/write",
    "POST /v1/shipments/{id}/events": "scopes shipping/write",
    "GET /v1/orders/{id}/shipments": "capability shipping/write",
}

Published = Callable[[], list[ShipmentDispatched | ShipmentDelivered]]


@pytest.fixture
def table(new_table: Callable[[Indexes], Table]) -> Table:
    """Give a table of the test's own, with shipping's index."""
    return new_table({"customers": ("customer_id", "pk")})


@pytest.fixture
def merchant(table: Table, issuer: KeyServer, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Give a client of the service's handler with a merchant's token."""
    from shipping import api, events, quote_routes, shipment_routes

    monkeypatch.setenv("ROUTE_ACCESS", json.dumps(ROUTES))
    for module in (events, quote_routes, shipment_routes):
        monkeypatch.setattr(module, "shipping_table", lambda: table)
    handlers = cast(Mapping[str, HttpHandler], {"GET": api.handler, "POST": api.handler})
    return Client(handlers=handlers, token=issuer.token("shipping/write"))


@pytest.fixture
def published(table: Table, control_plane: ControlPlane) -> Published:
    """Give what tells the events in the table's outbox, those of one time in any order."""

    def read() -> list[ShipmentDispatched | ShipmentDelivered]:
        items = control_plane.scan(TableName=table.name, ConsistentRead=True)["Items"]
        messages = [json.loads(item["outbox_event"]["S"]) for item in items if "outbox_event" in item]
        contracts = {contract.detail_type: contract for contract in (ShipmentDispatched, ShipmentDelivered)}
        return [
            contracts[message["detail_type"]].model_validate_json(json.dumps(message["detail"]))
            for message in sorted(messages, key=lambda message: message["time"])
        ]

    return read
