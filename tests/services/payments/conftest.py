from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

import boto3
import httpx
import pytest

from payments.waiting import WAITING_INDEX
from store.table import Table
from tests.services.conftest import REGION, Indexes
from tests.services.http_bridge import serving
from tests.services.http_client import HttpHandler
from tests.services.key_server import KeyServer
from tests.services.payments.shop import Shop

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient as ControlPlane

ROUTES = {
    "PUT /v1/payments/{id}": "iam",
    "POST /v1/payments/{id}/capture": "iam",
    "POST /v1/payments/{id}/void": "iam",
    "POST /v1/payments/{id}/refunds": "iam",
    "GET /v1/payments": "scopes payments/read",
    "GET /v1/payments/{id}": "scopes payments/read",
    "POST /v1/payments/webhooks/{provider}": "signed",
    "GET /v1/ledger/entries": "scopes payments/read",
    "GET /v1/ledger/balances": "scopes payments/read",
    "POST /v1/payment-simulator/authorizations": "signed",
    "GET /v1/payment-simulator/authorizations": "signed",
    "GET /v1/payment-simulator/authorizations/{id}": "signed",
    "POST /v1/payment-simulator/authorizations/{id}/capture": "signed",
    "POST /v1/payment-simulator/authorizations/{id}/void": "signed",
    "POST /v1/payment-simulator/authorizations/{id}/refunds": "signed",
    "POST /v1/payment-simulator/challenges/{id}": "capability",
}
API_KEY, WEBHOOK_SECRET = "api-key-of-the-shop", "secret-of-webhooks"


@pytest.fixture
def new_table(new_table: Callable[[Indexes], Table]) -> Callable[[], Table]:
    """Give what makes tables with the index of payments."""
    return lambda: new_table({WAITING_INDEX: ("waiting_shard", "ask_at")})


@pytest.fixture(scope="session")
def secrets(emulator: str) -> Mapping[str, str]:
    """Give the ARNs of the secrets by the variables that name them."""
    client = boto3.client(
        "secretsmanager",
        region_name=REGION,
        endpoint_url=emulator,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    arns = {
        variable: client.create_secret(Name=variable, SecretString=value)["ARN"]
        for variable, value in (("API_KEY_SECRET", API_KEY), ("WEBHOOK_SECRET", WEBHOOK_SECRET))
    }
    client.close()
    return arns


@pytest.fixture
def environment(
    emulator: str, secrets: Mapping[str, str], issuer: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> KeyServer:
    """Give the pool, in an environment as both services have it, but for addresses."""
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
    variables = {**secrets, **credentials, "AWS_ENDPOINT_URL": emulator, "ROUTE_ACCESS": json.dumps(ROUTES)}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return issuer


@pytest.fixture
def shop(
    new_table: Callable[[], Table],
    environment: KeyServer,
    control_plane: ControlPlane,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Shop]:
    """Give the payments service and the payment simulator, which speak HTTP with each other."""
    from payment_simulator import api as simulator
    from payment_simulator import webhooks
    from payment_simulator.repository import AuthorizationRepository
    from payments import api, process
    from payments.ledger_repository import LedgerRepository
    from payments.payment_simulator_adapter import PaymentSimulatorAdapter
    from payments.repository import PaymentRepository
    from payments.waiting_repository import WaitingPayments

    ours, theirs = new_table(), new_table()
    authorizations, payments, ledger = AuthorizationRepository(theirs), PaymentRepository(ours), LedgerRepository(ours)
    monkeypatch.setattr(simulator, "authorizations", lambda: authorizations)
    monkeypatch.setattr(process, "payment_repository", lambda: payments)
    monkeypatch.setattr(process, "waiting_payments", lambda: WaitingPayments(ours))
    monkeypatch.setattr(process, "ledger_repository", lambda: ledger)
    services = cast(Mapping[str, HttpHandler], {"/v1/": api.handler, "/v1/payment-simulator/": simulator.handler})
    with serving(services, ROUTES) as url:
        adapter = PaymentSimulatorAdapter(url, read_timeout_seconds=1)
        monkeypatch.setattr(process, "payment_provider", lambda: adapter)
        monkeypatch.setenv("PUBLIC_URL", url)
        monkeypatch.setenv("WEBHOOK_URL", f"{url}/v1/payments/webhooks/payment_simulator")
        token = environment.token("payments/read")
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=10) as client:
            yield Shop(client=client, ours=ours, theirs=theirs, control_plane=control_plane)
        adapter.close()
        webhooks.merchants.clear()
