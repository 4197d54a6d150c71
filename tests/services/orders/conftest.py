from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest

from contracts.envelope import DomainEvent
from contracts.model import Contract
from orders.record import BY_CUSTOMER, BY_GUEST, BY_STATUS, BY_TIME
from store.operations import Operation, Put
from store.table import Table
from tests.services.conftest import Indexes
from tests.services.http_client import Answer, Client, HttpHandler
from tests.services.key_server import KeyServer

ROUTES = {
    "GET /v1/orders": "customer orders/read",
    "GET /v1/orders/{id}": "capability orders/read",
    "GET /v1/orders/{id}/invoice": "capability orders/read",
    "POST /v1/orders/lookup": "public",
    "POST /v1/orders/{id}/cancel": "capability orders/write",
    "POST /v1/orders/{id}/returns": "capability orders/write",
    "POST /v1/orders/{id}/returns/{return_id}/receive": "scopes orders/write",
    "PUT /v1/orders/{id}": "iam",
    "POST /v1/orders/{id}/confirm": "iam",
    "POST /v1/orders/{id}/reject": "iam",
}
_PATTERNS = {route: re.compile(re.sub(r"\{\w+\}", "[^/]+", route) + r"\Z") for route in ROUTES}


def usd(amount: int) -> dict[str, object]:
    return {"currency": "USD", "amount": amount}


def line(sku: str, quantity: int, total: int) -> dict[str, object]:
    return {
        "sku": sku,
        "product_id": f"product-{sku}",
        "name": f"The {sku}",
        "quantity": quantity,
        "unit_price": usd(total // quantity),
        "discount": usd(0),
        "tax": usd(0),
        "total": usd(total),
    }


def order_body(**fields: object) -> dict[str, Any]:
    """Give what checkout hands over: three mugs for 10.00 and a pot for 25.00, shipping for 5.00."""
    return {
        "checkout_id": "c-1",
        "cart_id": "k-1",
        "email": "Ada@example.org",
        "currency": "USD",
        "lines": [line("mug", 3, 1000), line("pot", 1, 2500)],
        "subtotal": usd(3500),
        "discount": usd(0),
        "shipping": usd(500),
        "tax": usd(0),
        "tax_included": True,
        "total": usd(4000),
        "shipping_address": {"name": "Ada", "line1": "1 Main St", "city": "London", "country": "GB"},
        "shipping_option": {"id": "standard", "name": "Standard", "price": usd(500)},
        "payment_id": "p-1",
        "reservation_id": "r-1",
        **fields,
    }


@pytest.fixture
def table(new_table: Callable[[Indexes], Table]) -> Table:
    """Give a table of the test's own, with the indexes of orders."""
    return new_table(
        {
            BY_CUSTOMER: ("customer_id", "placed_key"),
            BY_GUEST: ("guest_key", "placed_key"),
            BY_TIME: ("time_shard", "placed_key"),
            BY_STATUS: ("status_shard", "placed_key"),
        }
    )


Call = Callable[..., Answer]


@pytest.fixture
def call(table: Table, issuer: KeyServer, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Give what calls the orders service as nobody, or with a token, finding the route by itself."""
    assert issuer
    from orders import api

    monkeypatch.setenv("ROUTE_ACCESS", json.dumps(ROUTES))
    monkeypatch.setattr(api, "orders_table", lambda: table)
    handlers = cast(Mapping[str, HttpHandler], dict.fromkeys(("GET", "PUT", "POST"), api.handler))

    def call(method: str, path: str, body: object = None, *, token: str | None = None, **options: object) -> Answer:
        # The gateway takes the most specific route.
        routes = [route for route, pattern in _PATTERNS.items() if pattern.match(f"{method} {path}")]
        client = Client(handlers=handlers, token=token)
        return client.call(method, path, body=body, route=min(routes, key=lambda route: "{" in route), **options)  # type: ignore[arg-type]

    return call


@pytest.fixture
def merchant(issuer: KeyServer) -> str:
    """Give a merchant's token."""
    return issuer.token("orders/read", "orders/write")


def kind(answer: Answer) -> str:
    return str(answer.problem()["type"]).rpartition(":")[2]


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """What was written into the outbox since the test began."""

    messages: list[dict[str, Any]]

    @property
    def types(self) -> list[str]:
        return [message["detail_type"] for message in self.messages]


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


Hear = Callable[..., int]


@pytest.fixture
def hear(table: Table, monkeypatch: pytest.MonkeyPatch) -> Hear:
    """Give what lets the service hear events; it gives how many it could not take."""
    from orders import events

    monkeypatch.setattr(events, "orders_table", lambda: table)

    def hear(*heard: DomainEvent[Contract]) -> int:
        bodies = [
            json.dumps(
                {"source": event.source, "detail-type": event.detail_type, "detail": event.model_dump(mode="json")}
            )
            for event in heard
        ]
        batch = {"Records": [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]}
        context = SimpleNamespace(aws_request_id="invocation-1")
        return len(events.handler(cast(Any, batch), cast(Any, context))["batchItemFailures"])

    return hear
