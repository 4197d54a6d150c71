from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import uuid4

import boto3
import pytest

from checkout import api, events, executions, saga
from checkout.repository import CheckoutRepository
from checkout.steps import price
from store.table import Table
from tests.services.checkout.other_services import OtherServices
from tests.services.conftest import Indexes
from tests.services.http_client import Client, HttpHandler
from tests.services.key_server import KeyServer
from tests.services.passing_time import PassingTime

ROUTES = {
    "POST /v1/checkouts": "capability",
    "GET /v1/checkouts": "scopes checkout/write",
    "GET /v1/checkouts/{id}": "capability checkout/write",
    "POST /v1/checkouts/{id}/review": "scopes checkout/write",
}
REVIEW_FROM = 10_000


@pytest.fixture
def table(new_table: Callable[[Indexes], Table]) -> Table:
    indexes = {
        "waiting": ("waiting_for", "waiting_since"),
        "customers": ("customer_id", "created_at"),
        "emails": ("email_key", "created_at"),
    }
    return new_table(indexes)


@pytest.fixture
def repository(table: Table) -> CheckoutRepository:
    return CheckoutRepository(table)


@pytest.fixture(scope="session")
def machines(emulator: str) -> Any:
    return boto3.client(
        "stepfunctions",
        region_name="us-east-1",
        endpoint_url=emulator,
        aws_access_key_id="t",
        aws_secret_access_key="t",
    )


@pytest.fixture(scope="session")
def machine_role(emulator: str) -> str:
    roles = boto3.client(
        "iam", region_name="us-east-1", endpoint_url=emulator, aws_access_key_id="t", aws_secret_access_key="t"
    )
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "states.amazonaws.com"}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn: str = roles.create_role(RoleName="checkout", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    return arn


@pytest.fixture
def machine(machines: Any, machine_role: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give a state machine of the test's own that only begins."""
    definition = json.dumps({"StartAt": "Begun", "States": {"Begun": {"Type": "Succeed"}}})
    created = machines.create_state_machine(name=f"saga-{uuid4()}", definition=definition, roleArn=machine_role)
    arn: str = created["stateMachineArn"]
    monkeypatch.setenv("STATE_MACHINE_ARN", arn)
    monkeypatch.setattr(executions, "_machine", lambda: machines)
    return arn


@pytest.fixture
def shopper(table: Table, issuer: KeyServer, machine: str, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Give a client of the checkout's API without a token."""
    assert issuer
    assert machine
    monkeypatch.setenv("ROUTE_ACCESS", json.dumps(ROUTES))
    monkeypatch.setattr(api, "checkout_table", lambda: table)
    handlers = cast(Mapping[str, HttpHandler], {"GET": api.handler, "POST": api.handler})
    return Client(handlers=handlers)


@pytest.fixture
def others() -> OtherServices:
    return OtherServices()


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Give what steps that wait were called back with, by their token."""
    answers: dict[str, object] = {}

    def answer(token: str, with_what: object) -> bool:
        return answers.setdefault(token, with_what) is with_what

    monkeypatch.setattr(executions, "succeed", answer)
    monkeypatch.setattr(executions, "refuse", answer)
    return answers


@pytest.fixture
def running(
    table: Table, others: OtherServices, answered: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> CheckoutRepository:
    """Let the saga run with this test's table and other services."""
    assert answered == {}
    monkeypatch.setenv("REVIEW_FROM_AMOUNT", str(REVIEW_FROM))
    monkeypatch.setattr(saga, "checkout_table", lambda: table)
    monkeypatch.setattr(saga, "service_client", lambda: others)
    monkeypatch.setattr(events, "checkout_table", lambda: table)
    monkeypatch.setattr(price, "time", PassingTime())
    return CheckoutRepository(table)
