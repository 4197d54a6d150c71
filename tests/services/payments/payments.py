"""Payments, and what a provider says of them."""

from __future__ import annotations

from collections.abc import Iterable

from payments.observation import DECLINED, Observation
from payments.payment import Payment

AMOUNT = 1000
NOW = "2026-11-26T12:00:00+00:00"


def payment(payment_id: str = "p-1", *, token: str = "card_ok") -> Payment:
    return Payment(
        id=payment_id,
        checkout_id="c-1",
        order_id="o-1",
        currency="USD",
        amount=AMOUNT,
        token=token,
        provider="payment_simulator",
        created_at=NOW,
        updated_at=NOW,
    )


def seen(status: str, *, payment_id: str = "p-1", refunds: Iterable[str] = ()) -> Observation:
    return Observation(
        payment_id=payment_id,
        provider_reference="a-1",
        status=status,
        decline_code="card_declined" if status == DECLINED else None,
        refunds=frozenset(refunds),
    )
