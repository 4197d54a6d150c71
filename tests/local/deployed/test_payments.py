"""Payments of the deployed storefront, and the payment simulator behind them: over HTTP, with webhooks on their way."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from tests.local.deployed.storefront import Storefront, assert_problem

AMOUNT = 1600
USD = {"currency": "USD", "amount": AMOUNT}
TRANSACTION = "DynamoDB_20120810.TransactWriteItems"


@pytest.fixture
def provider(storefront: Storefront) -> Iterator[httpx.Client]:
    """A client of the payment simulator with the shop's API key."""
    secret = storefront.physical_id("PaymentCredentials", "AWS::SecretsManager::Secret", "ApiKey")
    api_key = storefront.aws("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    headers = {"Authorization": f"Bearer {api_key}"}
    with httpx.Client(base_url=f"{storefront.url}/v1/payment-simulator", headers=headers, timeout=30) as client:
        yield client


def authorize(storefront: Storefront, payment_id: str, token: str = "card_ok") -> httpx.Response:
    order = payment_id.replace("payment", "order")
    asked = {"checkout_id": "checkout-1", "order_id": order, "amount": USD, "method": {"token": token}}
    return storefront.account.put(f"/v1/payments/{payment_id}", json=asked)


@pytest.fixture(scope="module", autouse=True)
def awake(storefront: Storefront) -> None:
    """Both functions run: on two busy cores they start more slowly than the provider may answer."""
    payment_id = storefront.new_id("payment")
    storefront.eventually(lambda: authorize(storefront, payment_id).json()["status"] == "authorized", within_seconds=60)


def ask(storefront: Storefront, payment_id: str, what: str) -> httpx.Response:
    return storefront.account.post(f"/v1/payments/{payment_id}/{what}")


def status(storefront: Storefront, payment_id: str) -> str:
    answer = storefront.merchant.get(f"/v1/payments/{payment_id}")
    answer.raise_for_status()
    return str(answer.json()["status"])


def at_provider(provider: httpx.Client, payment_id: str) -> str | None:
    """The status of a payment as its provider knows it."""
    answer = provider.get("/authorizations", params={"reference": payment_id})
    answer.raise_for_status()
    return next((item["status"] for item in answer.json()["items"]), None)


def balances(storefront: Storefront) -> dict[str, int]:
    items = storefront.merchant.get("/v1/ledger/balances").json()["items"]
    assert sum(item["debits"] for item in items) == sum(item["credits"] for item in items)
    return {item["account"]: item["balance"] for item in items if item["currency"] == "USD"}


def test_a_payment_is_authorized_captured_and_given_back(storefront: Storefront) -> None:
    payment_id = storefront.new_id("payment")
    with storefront.listening("PaymentRefunded") as heard:
        authorized = authorize(storefront, payment_id)
        captured = ask(storefront, payment_id, "capture")
        refunds = [
            storefront.account.post(
                f"/v1/payments/{payment_id}/refunds",
                json={"amount": {"currency": "USD", "amount": 600}},
                headers={"Idempotency-Key": "one"},
            )
            for _ in range(2)
        ]
        events = heard.of("payment_id", payment_id)

    assert (authorized.status_code, authorized.json()["status"]) == (HTTPStatus.CREATED, "authorized")
    assert captured.json()["status"] == "captured"
    assert refunds[0].json() == refunds[1].json()
    assert [event["detail"]["data"]["refunded"]["amount"] for event in events] == [600]
    listed = storefront.merchant.get("/v1/payments", params={"order_id": payment_id.replace("payment", "order")})
    assert [item["status"] for item in listed.json()["items"]] == ["partially_refunded"]


def test_only_services_ask_for_payments_and_only_readers_see_them(storefront: Storefront) -> None:
    payment_id = storefront.new_id("payment")
    for client in (storefront.visitor, storefront.merchant):
        refused = client.put(f"/v1/payments/{payment_id}", json={})
        assert refused.status_code == HTTPStatus.FORBIDDEN
    for path in ("/v1/payments/any", "/v1/ledger/entries", "/v1/ledger/balances"):
        assert_problem(storefront.visitor.get(path), HTTPStatus.UNAUTHORIZED)
        assert_problem(storefront.customer.get(path), HTTPStatus.FORBIDDEN)


def test_nobody_else_speaks_for_the_provider_or_with_it(storefront: Storefront) -> None:
    forged = {"Payment-Simulator-Signature": f"t=1,v1={'0' * 64}"}
    webhook = storefront.visitor.post("/v1/payments/webhooks/payment_simulator", json={}, headers=forged)
    assert_problem(webhook, HTTPStatus.FORBIDDEN)
    asked = storefront.visitor.get("/v1/payment-simulator/authorizations", params={"reference": "any"})
    assert_problem(asked, HTTPStatus.UNAUTHORIZED)


@pytest.mark.parametrize(("outcome", "ends"), [("passed", "authorized"), ("failed", "declined")])
def test_a_challenge_ends_by_a_webhook(storefront: Storefront, outcome: str, ends: str) -> None:
    payment_id = storefront.new_id("payment")
    pending = authorize(storefront, payment_id, "card_challenge").json()
    assert pending["status"] == "pending"

    httpx.post(pending["challenge_url"], json={"outcome": outcome}).raise_for_status()

    storefront.eventually(lambda: status(storefront, payment_id) == ends)


def test_what_the_provider_authorizes_late_is_told_by_a_webhook(storefront: Storefront) -> None:
    payment_id = storefront.new_id("payment")
    with storefront.listening("PaymentAuthorized") as heard:
        assert authorize(storefront, payment_id, "card_timeout").json()["status"] == "pending"
        storefront.eventually(lambda: status(storefront, payment_id) == "authorized", within_seconds=30)
        assert len(heard.of("payment_id", payment_id)) == 1
    assert ask(storefront, payment_id, "capture").json()["status"] == "captured"


def under_way(storefront: Storefront, provider: httpx.Client) -> str:
    """A payment that its provider will authorize soon; on a busy machine one may be authorized before we look."""
    for _ in range(10):
        payment_id = storefront.new_id("payment")
        assert authorize(storefront, payment_id, "card_timeout").json()["status"] == "pending"
        if at_provider(provider, payment_id) is None:
            return payment_id
    raise AssertionError("the provider was quicker each time")


def test_a_void_wins_over_an_authorization_that_is_under_way(storefront: Storefront, provider: httpx.Client) -> None:
    payment_id = under_way(storefront, provider)

    assert ask(storefront, payment_id, "void").json()["status"] == "voided"

    storefront.eventually(lambda: at_provider(provider, payment_id) == "voided", within_seconds=30)
    assert status(storefront, payment_id) == "voided"
    assert_problem(authorize(storefront, payment_id, "card_timeout"), HTTPStatus.CONFLICT)


def test_a_provider_that_says_everything_twice_is_heard_once(storefront: Storefront) -> None:
    payment_id = storefront.new_id("payment")
    with storefront.listening("PaymentCaptured") as heard:
        authorize(storefront, payment_id, "card_answers_twice")
        ask(storefront, payment_id, "capture")
        assert len(heard.of("payment_id", payment_id)) == 1


def test_a_provider_that_dies_before_it_answers_is_asked_again_and_authorizes_once(storefront: Storefront) -> None:
    payment_id = storefront.new_id("payment")
    with storefront.listening("PaymentAuthorized") as heard:
        with storefront.killing("PaymentSimulatorApi", at=TRANSACTION, moment="after"):
            answer = authorize(storefront, payment_id)
        storefront.eventually(lambda: status(storefront, payment_id) == "authorized")
        events = heard.of("payment_id", payment_id)

    assert answer.status_code == HTTPStatus.CREATED
    assert len(events) == 1


def test_killed_after_it_wrote_that_it_captures_it_goes_on_when_asked_again(storefront: Storefront) -> None:
    payment_id = storefront.new_id("payment")
    authorize(storefront, payment_id)
    with storefront.listening("PaymentCaptured") as heard:
        with storefront.killing("PaymentsApi", at=TRANSACTION, moment="after"):
            ask(storefront, payment_id, "capture")
        assert ask(storefront, payment_id, "capture").json()["status"] == "captured"
        assert len(heard.of("payment_id", payment_id)) == 1


def test_the_ledger_says_what_was_captured_however_many_pay_at_once(storefront: Storefront) -> None:
    before = balances(storefront)
    payments = [storefront.new_id("payment") for _ in range(12)]

    def pay(payment_id: str) -> int:
        authorize(storefront, payment_id).raise_for_status()
        return int(ask(storefront, payment_id, "capture").json()["captured"]["amount"])

    with ThreadPoolExecutor(4) as payers:
        captured = sum(payers.map(pay, payments))

    assert captured == 12 * AMOUNT
    assert before.get("sales", 0) - balances(storefront)["sales"] == captured
    entries = entries_of(storefront, set(payments))
    assert sum(entry["amount"]["amount"] for entry in entries if entry["credit"] == "sales") == captured
    assert len(entries) == 3 * len(payments)


def entries_of(storefront: Storefront, payments: set[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 100}
    while True:
        page = storefront.merchant.get("/v1/ledger/entries", params=query).json()
        found.extend(entry for entry in page["items"] if entry["payment_id"] in payments)
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]
