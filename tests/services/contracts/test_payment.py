from __future__ import annotations

import pytest
from pydantic import ValidationError

from contracts.payment import Payment, PaymentRequest
from contracts.payment_events import PaymentRefunded, RefundedPayment

USD = {"currency": "USD", "amount": 1000}
REQUEST = {"checkout_id": "c-1", "order_id": "o-1", "amount": USD, "method": {"token": "card_ok"}}
PAYMENT = {
    "id": "p-1",
    "checkout_id": "c-1",
    "order_id": "o-1",
    "status": "pending",
    "amount": USD,
    "captured": {"currency": "USD", "amount": 0},
    "refunded": {"currency": "USD", "amount": 0},
    "provider": "payment_simulator",
    "created_at": "2026-11-26T12:00:00Z",
    "updated_at": "2026-11-26T12:00:00Z",
}


def test_a_payment_needs_no_email() -> None:
    assert PaymentRequest.model_validate(REQUEST).email is None


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"currency": "USD", "amount": -1}},
        {"amount": {"currency": "USD", "amount": 0}},
        {"method": {"token": ""}},
        {"method": {"token": "4242 4242"}},
        {"method": {"token": "x" * 256}},
        {"checkout_id": "a/b"},
        {"email": "nobody"},
    ],
)
def test_what_no_payment_can_be_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PaymentRequest.model_validate(REQUEST | change)


def test_a_payment_as_answered_is_read_back() -> None:
    payment = Payment.model_validate(PAYMENT | {"refunds": [{"id": "r-1", "amount": USD, "status": "pending"}]})
    assert Payment.model_validate(payment.model_dump(mode="json")) == payment


def test_an_event_is_stated_by_the_payments_service() -> None:
    usd = PaymentRequest.model_validate(REQUEST).amount
    data = RefundedPayment(
        payment_id="p-1", checkout_id="c-1", order_id="o-1", amount=usd, refund_id="r-1", refunded=usd, captured=usd
    )
    event = PaymentRefunded.of(data, correlation_id="c-1")
    assert (event.source, event.detail_type, event.version) == ("storefront.payments", "PaymentRefunded", 1)
