from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import pytest

from contracts.envelope import DomainEvent
from contracts.inventory_events import StockChanged, StockLow
from contracts.model import Contract
from inventory.reservation_record import HELD_INDEX
from store.operations import Operation, Put
from store.table import Table
from tests.services.conftest import Indexes
from tests.services.http_client import Answer, Client, HttpHandler
from tests.services.key_server import KeyServer

WRITE = "scopes inventory/write"
ROUTES = {
    "GET /v1/inventory/{sku}": "public",
    "PUT /v1/inventory/{sku}": WRITE,
    "PUT /v1/inventory/{sku}/locations/{location}": WRITE,
    "POST /v1/inventory/{sku}/adjustments": WRITE,
    "GET /v1/inventory/{sku}/adjustments": WRITE,
    "PUT /v1/reservations/{id}": "iam",
    "POST /v1/reservations/{id}/commit": "iam",
    "DELETE /v1/reservations/{id}": "iam",
}
_PATTERNS = {route: re.compile(re.sub(r"\{\w+\}", "[^/]+", route) + r"\Z") for route in ROUTES}


@pytest.fixture
def table(new_table: Callable[[Indexes], Table]) -> Table:
    """Give a table of the test's own, with the inventory's index."""
    return new_table({HELD_INDEX: ("held_shard", "held_until")})


@pytest.fixture
def inventory(table: Table, issuer: KeyServer, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Give a client of the inventory's handlers with a merchant's token."""
    from inventory import api

    monkeypatch.setenv("ROUTE_ACCESS", json.dumps(ROUTES))
    monkeypatch.setattr(api, "inventory_table", lambda: table)
    handlers = cast(Mapping[str, HttpHandler], dict.fromkeys(("GET", "PUT", "POST", "DELETE"), api.handler))
    return Client(handlers=handlers, token=issuer.token("inventory/write"))


Call = Callable[..., Answer]


@pytest.fixture
def call(inventory: Client) -> Call:
    """Give what calls the inventory, finding the route by itself."""

    def call(method: str, path: str, body: object = None, **options: object) -> Answer:
        route = next(route for route, pattern in _PATTERNS.items() if pattern.match(f"{method} {path}"))
        return inventory.call(method, path, body=body, route=route, **options)  # type: ignore[arg-type]

    return call


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """What was written into the outbox since the test began."""

    messages: list[Mapping[str, object]]

    def changes(self) -> list[StockChanged]:
        return [StockChanged.model_validate_json(json.dumps(message["detail"])) for message in self._of(StockChanged)]

    def low(self) -> list[StockLow]:
        return [StockLow.model_validate_json(json.dumps(message["detail"])) for message in self._of(StockLow)]

    def _of(self, contract: type[DomainEvent[Contract]]) -> list[Mapping[str, object]]:
        return [message for message in self.messages if message["detail_type"] == contract.detail_type]


@pytest.fixture
def outbox(table: Table, monkeypatch: pytest.MonkeyPatch) -> Outbox:
    """Give what the table's transactions put into the outbox, those that were refused left out."""
    outbox = Outbox(messages=[])
    transact = table.transact

    def watched(operations: list[Operation], *, token: str | None = None) -> None:
        transact(operations, token=token)
        for operation in operations:
            if isinstance(operation, Put) and "outbox_event" in operation.item:
                outbox.messages.append(json.loads(cast(str, operation.item["outbox_event"])))

    monkeypatch.setattr(table, "transact", watched)
    return outbox
