"""Checkout listens to payments: a payment that was pending has its outcome."""

from __future__ import annotations

from functools import cache

from checkout import executions
from checkout.refusal import RefusedError
from checkout.repository import CheckoutRepository
from contracts.payment_events import PaymentAuthorized, PaymentDeclined
from edge.event_application import EventApplication, Taken
from store.table import Table

handler = EventApplication()


@cache
def checkout_repository() -> CheckoutRepository:
    """Give the process's repository, its table opened once."""
    return CheckoutRepository(Table())


@handler.on(PaymentAuthorized)
def go_on(event: PaymentAuthorized) -> Taken:
    """Let the checkout that waits for this payment go on.

    When none waits, its step has had the answer already, or asks again and gets it.
    """
    token = checkout_repository().token(event.data.checkout_id, "payment")
    waited = token is not None and executions.succeed(token, {"payment": "authorized"})
    return {"checkout_id": event.data.checkout_id, "waited": waited}


@handler.on(PaymentDeclined)
def give_up(event: PaymentDeclined) -> Taken:
    """Let the checkout that waits for this payment fail."""
    token = checkout_repository().token(event.data.checkout_id, "payment")
    refusal = RefusedError("payment-declined", f"the payment was declined: {event.data.decline_code}")
    waited = token is not None and executions.refuse(token, refusal)
    return {"checkout_id": event.data.checkout_id, "waited": waited}
