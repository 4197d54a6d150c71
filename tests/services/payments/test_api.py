from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import pytest

from contracts.payment import Payment
from edge.body_signature import sign
from payment_simulator import cards
from payment_simulator.cards import CARDS
from tests.services.payments.conftest import WEBHOOK_SECRET
from tests.services.payments.payments import AMOUNT
from tests.services.payments.shop import USD, Shop, body

SIGNATURE = "Payment-Simulator-Signature"
WEBHOOKS = "/v1/payments/webhooks/payment_simulator"


def problem(answer: Any) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["type"]).rpartition(":")[2]


def test_a_payment_is_authorized_captured_and_given_back(shop: Shop) -> None:
    authorized = shop.authorize(email="ada@example.com")
    assert authorized.status_code == 201
    assert Payment.model_validate_json(authorized.text).status == "authorized"
    assert shop.balances()["authorized_receivable"] == AMOUNT

    captured = shop.capture()
    assert (captured.status_code, captured.json()["status"]) == (200, "captured")
    assert shop.balances() == {
        "authorized_receivable": 0,
        "authorized_sales": 0,
        "cash_at_provider": AMOUNT,
        "sales": -AMOUNT,
        "refunds": 0,
    }

    first = shop.refund("one", 300)
    assert (first.status_code, first.json()["amount"]["amount"], first.json()["status"]) == (201, 300, "succeeded")
    assert shop.payment()["status"] == "partially_refunded"
    rest = shop.refund("two")
    assert (rest.status_code, rest.json()["amount"]["amount"]) == (201, 700)
    assert (shop.payment()["status"], shop.payment()["refunded"]) == ("refunded", USD)
    assert shop.balances()["cash_at_provider"] == 0
    assert shop.told() == ["PaymentAuthorized", "PaymentCaptured", "PaymentRefunded", "PaymentRefunded"]


def test_each_call_may_be_repeated(shop: Shop) -> None:
    first, again = shop.authorize(), shop.authorize()
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert shop.capture().json() == shop.capture().json()
    assert shop.authorize().json()["status"] == "captured"
    assert shop.refund("one", 300).json() == shop.refund("one", 300).json() == shop.refund("one").json()
    assert shop.payment()["refunded"]["amount"] == 300
    before = shop.payment()
    assert shop.deliver_webhooks() == []
    shop.delivered.clear()
    assert shop.deliver_webhooks() == []
    assert shop.payment() == before
    assert shop.told() == ["PaymentAuthorized", "PaymentCaptured", "PaymentRefunded"]


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("card_declined", "card_declined"),
        ("card_insufficient_funds", "insufficient_funds"),
        ("card_of_nobody", "invalid_token"),
    ],
)
def test_a_card_may_be_declined(shop: Shop, token: str, code: str) -> None:
    declined = shop.authorize(token=token)
    assert (declined.status_code, declined.json()["status"], declined.json()["decline_code"]) == (201, "declined", code)
    assert problem(shop.capture()) == "payment-state"
    assert shop.void().json()["status"] == "declined"
    assert problem(shop.refund("one")) == "payment-state"
    assert set(shop.balances().values()) <= {0}
    assert shop.told() == ["PaymentDeclined"]


@pytest.mark.parametrize(("outcome", "status"), [("passed", "authorized"), ("failed", "declined")])
def test_a_challenge_is_answered_and_a_webhook_tells(shop: Shop, outcome: str, status: str) -> None:
    pending = shop.authorize(token="card_challenge").json()
    assert pending["status"] == "pending"
    assert shop.client.post(pending["challenge_url"], json={"outcome": outcome}).status_code == 200
    assert shop.payment()["status"] == "pending"
    assert shop.deliver_webhooks() == []
    assert (shop.payment()["status"], shop.payment()["challenge_url"]) == (status, None)
    assert shop.told() == ["PaymentChallenged", f"Payment{status.capitalize()}"]


def test_a_challenge_of_which_the_provider_tells_too_late_for_the_request_is_told(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = replace(CARDS["card_challenge"], late_seconds=1.3)
    monkeypatch.setattr(cards, "CARDS", {**CARDS, "card_challenge": slow})
    pending = shop.authorize(token="card_challenge").json()
    assert (pending["status"], pending["challenge_url"]) == ("pending", None)

    shop.wait_for_the_provider()
    assert shop.deliver_webhooks() == []

    assert shop.payment()["challenge_url"] is not None
    assert shop.told() == ["PaymentChallenged"]


def test_a_challenge_that_was_passed_is_known_to_who_asks_again(shop: Shop) -> None:
    pending = shop.authorize(token="card_challenge").json()
    shop.client.post(pending["challenge_url"], json={"outcome": "passed"})
    assert shop.authorize(token="card_challenge").json()["status"] == "authorized"
    pending = shop.authorize("p-2", token="card_challenge").json()
    shop.client.post(pending["challenge_url"], json={"outcome": "passed"})
    assert shop.capture("p-2").json()["status"] == "captured"


def test_a_void_ends_a_challenge(shop: Shop) -> None:
    pending = shop.authorize(token="card_challenge").json()
    assert shop.void().json()["status"] == "voided"
    assert problem(shop.client.post(pending["challenge_url"], json={"outcome": "passed"})) == "authorization-state"
    assert shop.told() == ["PaymentChallenged", "PaymentVoided"]


def test_a_card_that_answers_late_is_pending_until_the_webhook(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "CARDS", {**CARDS, "card_timeout": replace(CARDS["card_timeout"], late_seconds=1.3)})
    pending = shop.authorize(token="card_timeout")
    assert (pending.status_code, pending.json()["status"]) == (201, "pending")
    assert pending.json()["provider_reference"] is None
    shop.wait_for_the_provider()
    assert shop.deliver_webhooks() == []
    assert shop.payment()["status"] == "authorized"
    assert shop.capture().json()["status"] == "captured"


def test_a_card_that_answers_twice_is_authorized_once(shop: Shop) -> None:
    shop.authorize(token="card_answers_twice")
    assert shop.deliver_webhooks() == []
    assert shop.payment()["status"] == "authorized"
    assert shop.told() == ["PaymentAuthorized"]
    assert shop.balances()["authorized_receivable"] == AMOUNT


def test_a_void_lets_go_and_refuses_what_comes_later(shop: Shop) -> None:
    shop.authorize()
    assert shop.void().json()["status"] == shop.void().json()["status"] == "voided"
    assert problem(shop.capture()) == "payment-state"
    assert (problem(shop.authorize()), shop.authorize().status_code) == ("payment-voided", 409)
    assert set(shop.balances().values()) == {0}
    assert shop.told() == ["PaymentAuthorized", "PaymentVoided"]


def test_a_void_before_the_payment_refuses_it(shop: Shop) -> None:
    assert [shop.void().status_code, shop.void().status_code] == [204, 204]
    assert problem(shop.authorize()) == "payment-voided"
    assert shop.outbox(shop.theirs) == []


def test_a_captured_payment_is_not_voided_until_it_is_given_back(shop: Shop) -> None:
    shop.authorize()
    shop.capture()
    assert (problem(shop.void()), shop.payment()["status"]) == ("payment-state", "captured")
    shop.refund("all")
    assert shop.void().json()["status"] == "refunded"


def test_never_more_is_given_back_than_was_taken(shop: Shop) -> None:
    shop.authorize()
    assert problem(shop.refund("early", 1)) == "payment-state"
    shop.capture()
    assert problem(shop.refund("more", AMOUNT + 1)) == "refund-exceeds-capture"
    assert shop.refund("some", 600).status_code == 201
    assert problem(shop.refund("more", 401)) == "refund-exceeds-capture"
    changed = shop.refund("some", 500)
    assert (changed.status_code, changed.json()["errors"][0]["parameter"]) == (422, "Idempotency-Key")
    assert shop.refund(None, 1).status_code == 422
    euros = shop.client.post(
        "/v1/payments/p-1/refunds",
        json={"amount": {"currency": "EUR", "amount": 1}},
        headers={"Idempotency-Key": "euros"},
    )
    assert (euros.status_code, euros.json()["errors"][0]["pointer"]) == (422, "/amount/currency")


def test_many_refunds_at_once_never_exceed_what_was_taken(shop: Shop) -> None:
    shop.authorize()
    shop.capture()
    with ThreadPoolExecutor(6) as callers:
        answers = list(callers.map(lambda number: shop.refund(f"key-{number % 6}", 300).status_code, range(12)))
    assert answers.count(201) == 6
    assert answers.count(409) == 6
    assert shop.payment()["refunded"]["amount"] == 900
    assert shop.balances()["cash_at_provider"] == 100


def test_an_id_is_one_payments(shop: Shop) -> None:
    shop.authorize()
    for other in ({"order_id": "o-2"}, {"amount": {"currency": "USD", "amount": 999}}, {"token": "card_declined"}):
        answer = shop.authorize(**other)
        assert (answer.status_code, problem(answer)) == (409, "payment-exists")


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": {"currency": "USD", "amount": 0}},
        {"amount": {"currency": "XXX", "amount": 1}},
        {"amount": {"currency": "USD", "amount": 10**12}},
        {"amount": 12},
        {"method": {"token": "4242 4242 4242 4242"}},
        {"method": {}},
        {"order_id": "a/b"},
        {"email": "nobody"},
        {"more": 1},
    ],
)
def test_a_body_that_cannot_be_is_refused(shop: Shop, changes: dict[str, object]) -> None:
    answer = shop.client.put("/v1/payments/p-1", json=body() | changes)
    assert (answer.status_code, problem(answer)) == (422, "invalid-input")
    assert shop.client.get("/v1/payments/p-1").status_code == 404


@pytest.mark.parametrize("payment_id", ["%25", "a%20b", "x" * 65, "%00", "-a", "é"])
def test_an_id_that_cannot_be_is_refused(shop: Shop, payment_id: str) -> None:
    assert shop.client.get(f"/v1/payments/{payment_id}").status_code == 404
    assert shop.authorize(payment_id).status_code in (404, 422)
    assert shop.void(payment_id).status_code in (404, 422)
    assert shop.capture(payment_id).status_code == 404
    assert shop.refund("one", payment_id=payment_id).status_code == 404


def test_what_is_unknown_is_not_found(shop: Shop) -> None:
    for answer in (shop.capture(), shop.refund("one"), shop.client.get("/v1/payments/p-1")):
        assert (answer.status_code, problem(answer)) == (404, "not-found")


def test_a_body_that_is_too_large_is_refused(shop: Shop) -> None:
    assert shop.authorize(email="a" * 5000).status_code == 413


def test_the_payments_of_an_order_are_listed_by_pages(shop: Shop) -> None:
    for number in range(3):
        shop.authorize(f"p-{number}", token="card_declined")
    shop.authorize("p-9", order_id="o-2")
    first = shop.client.get("/v1/payments", params={"order_id": "o-1", "limit": 2}).json()
    assert [item["id"] for item in first["items"]] == ["p-0", "p-1"]
    query = {"order_id": "o-1", "limit": 2, "cursor": first["next"]}
    second = shop.client.get("/v1/payments", params=query).json()
    assert ([item["id"] for item in second["items"]], second["next"]) == (["p-2"], None)
    assert shop.client.get("/v1/payments", params=query | {"order_id": "o-2"}).status_code == 422
    for query in ({}, {"order_id": "a/b"}, {"order_id": "o-1", "limit": 0}, {"order_id": "o-1", "cursor": "x"}):
        assert shop.client.get("/v1/payments", params=query).status_code == 422


def test_the_ledger_is_listed_in_order_by_pages(shop: Shop) -> None:
    for number in range(4):
        shop.authorize(f"p-{number}")
        shop.capture(f"p-{number}")
    found, query = [], {"limit": "5"}
    while True:
        page = shop.client.get("/v1/ledger/entries", params=query).json()
        found.extend(page["items"])
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert [entry["id"] for entry in found] == [
        f"p-{number}.{kind}" for number in range(4) for kind in ("authorized", "captured", "released")
    ]
    assert sum(entry["amount"]["amount"] for entry in found if entry["credit"] == "sales") == 4 * AMOUNT
    assert found == sorted(found, key=lambda entry: (entry["posted_at"], entry["id"]))


def test_reads_need_the_scope(shop: Shop) -> None:
    for path in ("/v1/payments/p-1", "/v1/payments?order_id=o-1", "/v1/ledger/entries", "/v1/ledger/balances"):
        assert shop.client.get(path, headers={"Authorization": ""}).status_code == 401


def test_a_webhook_that_is_not_the_providers_is_refused(shop: Shop) -> None:
    shop.authorize(token="card_challenge")
    sent = b'{"id": "e-1"}'
    late = sign(sent, secret=WEBHOOK_SECRET, at=time.time() - 1000)
    for signature in ("", "t=1,v1=0", sign(sent, secret="another", at=time.time()), late):
        headers = {SIGNATURE: signature, "Content-Type": "application/json"}
        answer = shop.client.post(WEBHOOKS, content=sent, headers=headers)
        assert (answer.status_code, problem(answer)) == (403, "forbidden")
    signed = {SIGNATURE: sign(sent, secret=WEBHOOK_SECRET, at=time.time()), "Content-Type": "application/json"}
    assert shop.client.post(WEBHOOKS, content=sent, headers=signed).status_code == 422
    assert shop.client.post("/v1/payments/webhooks/another", content=sent, headers=signed).status_code == 404


def test_a_webhook_about_a_payment_that_there_is_not_comes_again(shop: Shop) -> None:
    shop.authorize()
    shop.ours.write(delete("p-1"))
    assert len(shop.deliver_webhooks()) == 1


def delete(payment_id: str) -> Any:
    from store.operations import Delete

    return Delete(pk=f"PAYMENT#{payment_id}", sk="PAYMENT")


def test_while_the_provider_is_away_who_asks_is_told_to_ask_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from payments import process
    from payments.payment_simulator_adapter import PaymentSimulatorAdapter
    from tests.ports import unused_port

    away = PaymentSimulatorAdapter(f"http://127.0.0.1:{unused_port()}", read_timeout_seconds=0.2)
    there = process.payment_provider()
    monkeypatch.setattr(process, "payment_provider", lambda: away)
    shop.authorize("p-2")
    for answer in (shop.authorize(), shop.authorize(), shop.void()):
        assert (answer.status_code, problem(answer)) == (HTTPStatus.SERVICE_UNAVAILABLE, "service-unavailable")
        assert "Retry-After" in answer.headers
    monkeypatch.setattr(process, "payment_provider", lambda: there)
    assert shop.payment("p-2")["status"] == "pending"
    assert shop.authorize("p-2").json()["status"] == "authorized"
    assert problem(shop.authorize()) == "payment-voided"
    assert shop.void().json()["status"] == "voided"


def test_a_refund_that_the_provider_did_not_hear_of_is_made_when_asked_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from payments import process
    from payments.provider import OutcomeUnknownError

    shop.authorize()
    shop.capture()
    provider = process.payment_provider()

    def unheard(*_given: Any) -> Any:
        raise OutcomeUnknownError("no answer")

    with monkeypatch.context() as away:
        away.setattr(provider, "refund", unheard)
        assert shop.refund("one", 300).status_code == 503
        assert [refund["status"] for refund in shop.payment()["refunds"]] == ["pending"]
        assert problem(shop.refund("two", 701)) == "refund-exceeds-capture"
    assert shop.refund("one", 300).status_code == 201
    assert shop.payment()["refunded"]["amount"] == 300


def test_what_is_captured_while_it_is_voided_is_given_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from payments import process
    from payments.provider import OutcomeUnknownError

    shop.authorize()
    provider = process.payment_provider()
    void = provider.void

    def too_late(payment_id: str, provider_reference: str) -> Any:
        provider.capture(payment_id, provider_reference)
        return void(payment_id, provider_reference)

    def unheard(*_given: Any) -> Any:
        raise OutcomeUnknownError("no answer")

    monkeypatch.setattr(provider, "void", too_late)
    with monkeypatch.context() as away:
        away.setattr(provider, "refund", unheard)
        assert [shop.void().status_code, shop.void().status_code] == [503, 503]
    assert shop.void().json()["status"] == "refunded"
    assert shop.void().json()["status"] == "refunded"
    assert shop.balances()["cash_at_provider"] == 0


def test_the_provider_is_asked_whether_it_captured_before_a_refund(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from payments import process
    from payments.provider import OutcomeUnknownError

    shop.authorize()
    provider = process.payment_provider()
    capture = provider.capture

    def captured_unheard(payment_id: str, provider_reference: str) -> Any:
        capture(payment_id, provider_reference)
        raise OutcomeUnknownError("no answer")

    monkeypatch.setattr(provider, "capture", captured_unheard)
    assert shop.capture().status_code == 503
    assert shop.payment()["status"] == "authorized"
    assert shop.refund("all").status_code == 201
    assert shop.payment()["status"] == "refunded"
