from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from contracts.envelope import DomainEvent
from contracts.model import Contract
from customers.data_request_repository import WAITING_INDEX
from store.operations import Operation, Put
from store.table import Table
from tests.services.conftest import Indexes
from tests.services.http_client import Answer, Client, HttpHandler
from tests.services.key_server import KeyServer

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

ROUTES = {
    "GET /v1/customers/me": "customer",
    "PUT /v1/customers/me": "customer",
    "GET /v1/customers/me/addresses": "customer",
    "POST /v1/customers/me/addresses": "customer",
    "PUT /v1/customers/me/addresses/{id}": "customer",
    "DELETE /v1/customers/me/addresses/{id}": "customer",
    "GET /v1/customers/me/consents": "customer",
    "PUT /v1/customers/me/consents": "customer",
    "GET /v1/customers/me/consents/changes": "customer",
    "POST /v1/customers/me/exports": "customer",
    "GET /v1/customers/me/exports/{id}": "customer",
    "GET /v1/customers/me/exports/{id}/records": "customer",
    "POST /v1/customers/me/erasures": "customer",
    "GET /v1/personal-data/erasures/{id}": "capability",
    "PUT /v1/personal-data/erasures/{id}/services/{service}": "iam",
    "PUT /v1/personal-data/exports/{id}/services/{service}/pages/{page}": "iam",
}
_PATTERNS = {route: re.compile(re.sub(r"\{\w+\}", "[^/]+", route) + r"\Z") for route in ROUTES}
SERVICES = ("customers", "orders")


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Calls the service with one token, finding the route by itself."""

    client: Client

    def __call__(self, method: str, path: str, body: object = None, **options: Any) -> Answer:
        route = next(route for route, pattern in _PATTERNS.items() if pattern.match(f"{method} {path}"))
        return self.client.call(method, path, body=body, route=route, **options)


@dataclass(kw_only=True)
class Outbox:
    """What was written into the outbox since the test began, each message once."""

    messages: list[Mapping[str, Any]] = field(default_factory=list)

    def take(self) -> list[Mapping[str, Any]]:
        taken, self.messages = self.messages, []
        return taken


@pytest.fixture
def outbox(monkeypatch: pytest.MonkeyPatch) -> Outbox:
    outbox = Outbox()
    transact = Table.transact

    def watch(table: Table, operations: Sequence[Operation], *, token: str | None = None) -> None:
        transact(table, operations, token=token)
        for operation in operations:
            if isinstance(operation, Put) and "outbox_event" in operation.item:
                outbox.messages.append(json.loads(cast(str, operation.item["outbox_event"])))

    monkeypatch.setattr(Table, "transact", watch)
    return outbox


@pytest.fixture
def table(new_table: Callable[[Indexes], Table]) -> Table:
    """Give a table of the test's own, with the service's index."""
    return new_table({WAITING_INDEX: ("waiting", "due_at")})


@pytest.fixture
def caller(table: Table, issuer: KeyServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Caller]]:
    """Give what makes a caller of a customer's name; "" is somebody without a token."""
    from customers import (
        address_routes,
        answer_routes,
        api,
        consent_routes,
        erasure_routes,
        events,
        export_routes,
        profile_routes,
        requesting,
    )

    monkeypatch.setenv("ROUTE_ACCESS", json.dumps(ROUTES))
    for module in (address_routes, answer_routes, consent_routes, erasure_routes, export_routes, profile_routes):
        monkeypatch.setattr(module, "customers_table", lambda: table)
    monkeypatch.setattr(requesting, "customers_table", lambda: table)
    monkeypatch.setattr(requesting, "SERVICES", SERVICES)
    monkeypatch.setattr(events, "Table", lambda: table)
    events.customers_table.cache_clear()
    issuer.users["ada"] = {"email": "ada@example.com", "email_verified": "true"}
    issuer.users["bob"] = {"email": "ada@example.com", "email_verified": "false"}

    def caller(name: str) -> Caller:
        handlers = cast(Mapping[str, HttpHandler], dict.fromkeys(("GET", "PUT", "POST", "DELETE"), api.handler))
        return Caller(client=Client(handlers=handlers, token=issuer.customer_token(name) if name else None))

    yield caller
    events.customers_table.cache_clear()


@pytest.fixture
def ada(caller: Callable[[str], Caller]) -> Caller:
    return caller("ada")


@pytest.fixture
def bob(caller: Callable[[str], Caller]) -> Caller:
    return caller("bob")


@pytest.fixture
def service(caller: Callable[[str], Caller]) -> Caller:
    """Give another service, whose signature the gateway has checked."""
    return caller("")


def hear(*messages: Mapping[str, Any]) -> list[str]:
    """Let the service take messages of its outbox, as the bus would bring them; give which it did not take."""
    from customers import events

    records = [
        {
            "messageId": f"m{number}",
            "body": json.dumps(
                {"source": each["source"], "detail-type": each["detail_type"], "detail": each["detail"]}
            ),
        }
        for number, each in enumerate(messages)
    ]
    context = cast("LambdaContext", SimpleNamespace(aws_request_id="invocation-1"))
    answer = events.handler({"Records": records}, context)  # type: ignore[typeddict-item]
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def message_of(event: DomainEvent[Contract]) -> Mapping[str, Any]:
    return {"source": event.source, "detail_type": event.detail_type, "detail": event.model_dump(mode="json")}
