from __future__ import annotations

import json

from checkout import events, saga
from checkout.repository import CheckoutRepository
from contracts.envelope import DomainEvent
from contracts.model import Contract
from contracts.money import Money
from contracts.payment_events import (
    AuthorizedPayment,
    ChallengedPayment,
    DeclinedPayment,
    PaymentAuthorized,
    PaymentChallenged,
    PaymentDeclined,
)
from tests.services.checkout.execution import CONTEXT, ORDER
from tests.services.checkout.other_services import OtherServices
from tests.services.checkout.requests import checkout

AMOUNT = Money(currency="USD", amount=2300)


def take(event: DomainEvent[Contract]) -> list[object]:
    detail = event.model_dump(mode="json")
    body = json.dumps({"source": event.source, "detail-type": event.detail_type, "detail": detail})
    return list(events.handler({"Records": [{"messageId": "m", "body": body}]}, CONTEXT)["batchItemFailures"])


def authorized(checkout_id: str) -> PaymentAuthorized:
    data = AuthorizedPayment(payment_id=checkout_id, checkout_id=checkout_id, order_id="o", amount=AMOUNT)
    return PaymentAuthorized.of(data, correlation_id="c-1")


def challenged(checkout_id: str) -> PaymentChallenged:
    data = ChallengedPayment(
        payment_id=checkout_id,
        checkout_id=checkout_id,
        order_id="o",
        amount=AMOUNT,
        challenge_url="https://bank.example/1",
    )
    return PaymentChallenged.of(data, correlation_id="c-1")


def waiting(running: CheckoutRepository, others: OtherServices) -> str:
    others.card = "pending"
    new = checkout()
    running.begin(new)
    for step in ORDER[: ORDER.index("authorize") + 1]:
        saga.handler({"step": step, "input": {"checkout_id": new.id}, "task_token": "token"}, CONTEXT)
    found = running.find(new.id)
    assert found is not None
    assert (found.waiting_for, found.poll_after_seconds) == ("payment", 5)
    return new.id


def test_a_pending_payment_is_answered_by_its_event(
    running: CheckoutRepository, others: OtherServices, answered: dict[str, object]
) -> None:
    checkout_id = waiting(running, others)
    assert answered == {}
    assert take(authorized(checkout_id)) == []
    assert answered == {"token": {"payment": "authorized"}}


def test_a_declined_payment_fails_its_checkout(
    running: CheckoutRepository, others: OtherServices, answered: dict[str, object]
) -> None:
    checkout_id = waiting(running, others)
    data = DeclinedPayment(
        payment_id=checkout_id, checkout_id=checkout_id, order_id="o", amount=AMOUNT, decline_code="challenge_failed"
    )
    assert take(PaymentDeclined.of(data, correlation_id="c-1")) == []
    assert "challenge_failed" in str(answered["token"])


def test_a_payment_that_nobody_waits_for_is_taken_and_changes_nothing(
    running: CheckoutRepository, answered: dict[str, object]
) -> None:
    new = checkout()
    running.begin(new)
    assert take(authorized(new.id)) == take(authorized("0" * 32)) == []
    assert answered == {}


def test_a_challenge_that_is_told_late_is_shown_as_long_as_the_payment_waits_for_it(
    running: CheckoutRepository, others: OtherServices
) -> None:
    checkout_id = waiting(running, others)
    assert take(challenged(checkout_id)) == take(challenged(checkout_id)) == []
    shown = running.find(checkout_id)
    assert shown is not None
    assert shown.document()["challenge_url"] == "https://bank.example/1"

    running.go_on(checkout_id)
    assert take(challenged(checkout_id)) == take(challenged("0" * 32)) == []
    after = running.find(checkout_id)
    assert after is not None
    assert "challenge_url" not in after.document()
