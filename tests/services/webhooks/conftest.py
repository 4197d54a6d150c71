from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest

from contracts.envelope import DomainEvent
from contracts.inventory_events import LowStock, StockLow
from contracts.model import Contract
from store.operations import Operation, Put
from store.table import Table
from tests.services.conftest import REGION, Indexes
from tests.services.http_client import Answer, Client, HttpHandler
from tests.services.key_server import KeyServer
from webhooks import secret
from webhooks.delivery_repository import DUE_INDEX

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

WRITE = "scopes webhooks/write"
ROUTES = {
    "POST /v1/webhooks": WRITE,
    "GET /v1/webhooks": WRITE,
    "GET /v1/webhooks/{id}": WRITE,
    "DELETE /v1/webhooks/{id}": WRITE,
    "POST /v1/webhooks/{id}/enable": WRITE,
    "GET /v1/webhooks/{id}/deliveries": WRITE,
    "POST /v1/webhooks/{id}/deliveries/{delivery_id}/redeliver": WRITE,
}
_PATTERNS = {route: re.compile(re.sub(r"\{\w+\}", "[^/]+", route) + r"\Z") for route in ROUTES}


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Calls the service, finding the route by itself."""

    client: Client

    def __call__(self, method: str, path: str, body: object = None, **options: Any) -> Answer:
        route = next(route for route, pattern in _PATTERNS.items() if pattern.match(f"{method} {path}"))
        return self.client.call(method, path, body=body, route=route, **options)


@dataclass(frozen=True, kw_only=True)
class Received:
    """A delivery that arrived."""

    path: str
    headers: Mapping[str, str]
    body: str


class Partner:
    """An address of a partner's; it answers what it is told, 204 after that."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.received: list[Received] = []
        self.redirected_to = ""
        partner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                partner.received.append(Received(path=self.path, headers=headers, body=body))
                self.send_response(partner.answers.pop(0) if partner.answers else 204)
                if partner.redirected_to:
                    self.send_header("Location", partner.redirected_to)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def partner() -> Iterator[Partner]:
    partner = Partner()
    yield partner
    partner.close()


@dataclass(kw_only=True)
class Outbox:
    """What was written into the outbox since it was looked at last, each message once."""

    messages: list[Mapping[str, Any]] = field(default_factory=list)

    def take(self, detail_type: str) -> list[Mapping[str, Any]]:
        taken = [message for message in self.messages if message["detail_type"] == detail_type]
        self.messages = [message for message in self.messages if message not in taken]
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


@pytest.fixture(scope="session")
def key(emulator: str) -> str:
    """Give a key of the emulator's KMS."""
    kms: Any = boto3.client(  # type: ignore[call-overload]
        "kms", region_name=REGION, endpoint_url=emulator, aws_access_key_id="test", aws_secret_access_key="test"
    )
    return str(kms.create_key()["KeyMetadata"]["Arn"])


@pytest.fixture
def table(new_table: Callable[[Indexes], Table]) -> Table:
    """Give a table of the test's own, with the service's index."""
    return new_table({DUE_INDEX: ("due", "due_at")})


@pytest.fixture
def service(table: Table, key: str, emulator: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the service have its table and key, on a machine that is for development."""
    from webhooks import application, deliver, delivery_routes, events, webhook_routes

    variables = {
        "SECRETS_KEY": key,
        "LOOPBACK_ALLOWED": "true",
        "AWS_ENDPOINT_URL": emulator,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "ROUTE_ACCESS": json.dumps(ROUTES),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for module in (application, deliver, delivery_routes, events, webhook_routes):
        monkeypatch.setattr(module, "webhooks_table", lambda: table)
    secret._kms.cache_clear()
    secret.decrypted.cache_clear()
    yield
    secret._kms.cache_clear()


@pytest.fixture
def caller(service: None, issuer: KeyServer, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Caller]:
    """Give what makes a caller of an app client's name."""
    from webhooks import api

    assert service is None
    monkeypatch.setenv("ROUTE_ACCESS", json.dumps(ROUTES))
    monkeypatch.setenv("TOKEN_CLIENT_IDS", "merchant-client,another-client")

    def caller(client_id: str) -> Caller:
        handlers = cast(Mapping[str, HttpHandler], dict.fromkeys(("GET", "POST", "DELETE"), api.handler))
        token = issuer.token("webhooks/write", claims={"client_id": client_id})
        return Caller(client=Client(handlers=handlers, token=token))

    return caller


@pytest.fixture
def merchant(caller: Callable[[str], Caller]) -> Caller:
    return caller("merchant-client")


def low(sku: str = "mug") -> StockLow:
    return StockLow.of(LowStock(sku=sku, available=2, low_stock_at=3), correlation_id="c-1")


def _take(handler: Callable[[Any, Any], Any], messages: Sequence[Mapping[str, Any]]) -> list[str]:
    records = [{"messageId": f"{place}", "body": json.dumps(message)} for place, message in enumerate(messages)]
    context = cast("LambdaContext", SimpleNamespace(aws_request_id="invocation-1"))
    answer = handler({"Records": records}, context)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def hear(*heard: DomainEvent[Contract]) -> list[str]:
    """Let the service take events of others, or the clock's; give those that come again."""
    from webhooks import events

    return _take(
        events.handler,
        [
            {"source": each.source, "detail-type": each.detail_type, "detail": each.model_dump(mode="json")}
            for each in heard
        ],
    )


def deliver(outbox: Outbox) -> int:
    """Make the attempts that are due by the outbox; give how many."""
    from webhooks import deliver

    messages = [
        {"source": each["source"], "detail-type": each["detail_type"], "detail": each["detail"]}
        for each in outbox.take("WebhookDeliveryDue")
    ]
    assert _take(deliver.handler, messages) == []
    return len(messages)
