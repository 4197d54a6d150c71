"""A provider whose webhooks are lost for good is asked what became of payments."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, cast

import pytest

from payments import events, process, sweeping
from payments.payment import Payment
from payments.provider import OutcomeUnknownError, ProviderUnavailableError
from payments.waiting import GIVEN_UP, GIVEN_UP_AFTER
from tests.services.conftest import Listen
from tests.services.payments.payments import AMOUNT
from tests.services.payments.shop import CONTEXT, Shop

DAY = timedelta(days=1) / timedelta(minutes=1)


def challenged(shop: Shop, payment_id: str = "p-1", *, outcome: str = "passed") -> None:
    """A payer answers a challenge, and nobody is told of it."""
    pending = shop.authorize(payment_id, token="card_challenge").json()
    assert pending["status"] == "pending"
    shop.client.post(pending["challenge_url"], json={"outcome": outcome}).raise_for_status()


def unheard(monkeypatch: pytest.MonkeyPatch, name: str) -> pytest.MonkeyPatch:
    """Let the provider do what it is asked, while its answers are lost."""
    provider = process.payment_provider()
    does = getattr(provider, name)

    def answer(*given: Any, **named: Any) -> Any:
        does(*given, **named)
        raise OutcomeUnknownError("no answer")

    monkeypatch.setattr(provider, name, answer)
    return monkeypatch


def away(*_given: Any) -> Any:
    raise ProviderUnavailableError("away")


@pytest.mark.parametrize(("outcome", "status"), [("passed", "authorized"), ("failed", "declined")])
def test_a_challenge_of_whose_end_no_webhook_tells_is_known_after_minutes(
    shop: Shop, outcome: str, status: str
) -> None:
    challenged(shop, outcome=outcome)

    assert shop.sweep(minutes=1) == {}
    assert shop.payment()["status"] == "pending"
    assert shop.sweep(minutes=3) == {"settled": 1}
    assert shop.payment()["status"] == status
    assert shop.sweep(minutes=3) == {}

    assert shop.deliver_webhooks() == []
    assert shop.told() == ["PaymentChallenged", f"Payment{status.capitalize()}"]
    assert shop.balances().get("authorized_receivable", 0) == (AMOUNT if outcome == "passed" else 0)


def test_what_is_still_open_is_asked_about_again(shop: Shop) -> None:
    shop.authorize(token="card_challenge")
    assert [shop.sweep(minutes=minutes) for minutes in (3, 4, 6)] == [{"waiting": 1}, {}, {"waiting": 1}]
    assert shop.told() == ["PaymentChallenged"]


def test_an_authorization_without_an_answer_is_known(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as lost:
        unheard(lost, "authorize")
        assert shop.authorize().json()["status"] == "pending"
    assert shop.sweep(minutes=3) == {"settled": 1}
    assert shop.payment()["status"] == "authorized"


def test_what_shows_up_after_its_void_is_voided_there(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = process.payment_provider()
    authorize, late = provider.authorize, list[Payment]()

    def under_way(payment: Payment, **_given: Any) -> Any:
        late.append(payment)
        raise OutcomeUnknownError("no answer")

    with monkeypatch.context() as slow:
        slow.setattr(provider, "authorize", under_way)
        shop.authorize()
    assert shop.void().json()["status"] == "voided"
    assert shop.sweep(minutes=3) == {"waiting": 1}
    authorize(late[0], email=None)

    assert shop.sweep(minutes=6) == {"settled": 1}
    found = provider.find("p-1")
    assert found is not None
    assert found.status == "voided"
    assert set(shop.balances().values()) <= {0}


def test_a_capture_a_refund_and_a_void_without_an_answer_are_known(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.authorize("p-1")
    shop.authorize("p-2")
    with monkeypatch.context() as lost:
        unheard(unheard(lost, "capture"), "void")
        assert [shop.capture("p-1").status_code, shop.void("p-2").status_code] == [503, 503]
    assert shop.sweep(minutes=3) == {"settled": 2}
    assert [shop.payment(payment_id)["status"] for payment_id in ("p-1", "p-2")] == ["captured", "voided"]
    with monkeypatch.context() as lost:
        unheard(lost, "refund")
        assert shop.refund("one", 300, "p-1").status_code == 503
    assert shop.sweep(minutes=3) == {"settled": 1}
    assert shop.payment("p-1")["refunded"]["amount"] == 300
    assert shop.balances()["cash_at_provider"] == AMOUNT - 300


def test_a_payment_that_was_answered_waits_for_nothing(shop: Shop) -> None:
    shop.authorize("p-1")
    shop.authorize("p-2", token="card_declined")
    assert shop.sweep(minutes=DAY) == {}
    shop.capture("p-1")
    shop.refund("one", 300, "p-1")
    assert shop.sweep(minutes=DAY) == {}


def test_while_the_provider_is_away_everybody_is_put_off(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    challenged(shop, "p-1")
    challenged(shop, "p-2")
    with monkeypatch.context() as gone:
        gone.setattr(process.payment_provider(), "find", away)
        assert shop.sweep(minutes=3) == {"unanswered": 2}
        assert shop.sweep(minutes=4) == {}
    assert shop.sweep(minutes=6) == {"settled": 2}


def test_of_sweeps_at_once_one_asks(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    payments = [f"p-{number}" for number in range(8)]
    for payment_id in payments:
        challenged(shop, payment_id)
    find, asked = process.payment_provider().find, list[str]()

    def counted(payment_id: str) -> Any:
        asked.append(payment_id)
        return find(payment_id)

    monkeypatch.setattr(process.payment_provider(), "find", counted)
    with ThreadPoolExecutor(3) as sweepers:
        swept = list(sweepers.map(lambda _n: shop.sweep(minutes=3), range(3)))

    assert sum(one.get("settled", 0) for one in swept) == len(payments)
    assert sorted(asked) == payments
    assert shop.told().count("PaymentAuthorized") == len(payments)


def test_a_webhook_and_a_sweep_at_once_have_one_effect(shop: Shop) -> None:
    for number in range(8):
        challenged(shop, f"p-{number}")
    with ThreadPoolExecutor(2) as both:
        swept, failed = both.submit(shop.sweep, minutes=3), both.submit(shop.deliver_webhooks)
        assert (swept.result().keys() <= {"settled"}, failed.result()) == (True, [])
    assert shop.told().count("PaymentAuthorized") == 8
    assert shop.balances()["authorized_receivable"] == 8 * AMOUNT


@pytest.mark.parametrize("answers", [True, False])
def test_after_three_days_it_is_asked_once_more_and_never_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, log_lines: Listen, *, answers: bool
) -> None:
    written = log_lines(sweeping._logger)
    shop.authorize(token="card_challenge")
    if not answers:
        monkeypatch.setattr(process.payment_provider(), "find", away)
    days = GIVEN_UP_AFTER / timedelta(minutes=1)
    assert shop.sweep(minutes=days + 1) == {"given_up": 1}
    assert [line["payment_id"] for line in written() if line["message"] == GIVEN_UP] == [shop.payment()["id"]]
    assert shop.sweep(minutes=2 * days) == {}


def test_the_clock_sweeps(shop: Shop) -> None:
    challenged(shop)
    # As EventBridge fills in the template of a scheduled rule.
    metadata = {"event_id": "e", "correlation_id": "e", "occurred_at": "2026-11-26T12:00:00Z", "version": 1}
    detail = {"metadata": metadata, "data": {}}
    due = {"source": "storefront.payments", "detail-type": "PaymentSweepDue", "detail": detail}
    batch = {"Records": [{"messageId": "m", "body": json.dumps(due)}]}
    assert events.handler(cast(Any, batch), CONTEXT) == {"batchItemFailures": []}
    assert shop.payment()["status"] == "pending"
