"""Checkout listens to payments: a payment that was pending has its outcome. And it answers for whom it knows."""

from __future__ import annotations

from functools import cache

from checkout import executions
from checkout.persons import CheckingOutPerson
from checkout.refusal import RefusedError
from checkout.repository import CheckoutRepository
from contracts.payment_events import PaymentAuthorized, PaymentChallenged, PaymentDeclined
from edge.event_application import EventApplication, Taken
from personal_data.answers import CalledAnswers
from personal_data.requests import answer_requests
from store.table import Table

handler = EventApplication()


@cache
def checkout_table() -> Table:
    """Give the checkout's table, opened once a process."""
    return Table()


answer_requests(handler, checkout_table, CheckingOutPerson, answers=CalledAnswers("checkout"))


def checkout_repository() -> CheckoutRepository:
    """Give the repository."""
    return CheckoutRepository(checkout_table())


@handler.on(PaymentAuthorized)
def go_on(event: PaymentAuthorized) -> Taken:
    """Let the checkout that waits for this payment go on.

    When none waits, its step has had the answer already, or asks again and gets it.
    """
    token = checkout_repository().token(event.data.checkout_id, "payment")
    waited = token is not None and executions.succeed(token, {"payment": "authorized"})
    return {"checkout_id": event.data.checkout_id, "waited": waited}


@handler.on(PaymentChallenged)
def show_challenge(event: PaymentChallenged) -> Taken:
    """Let the payer of a checkout know where to show who they are; payments may have learned it after it was asked."""
    checkout_id = event.data.checkout_id
    return {
        "checkout_id": checkout_id,
        "waited": checkout_repository().challenge(checkout_id, event.data.challenge_url),
    }


@handler.on(PaymentDeclined)
def give_up(event: PaymentDeclined) -> Taken:
    """Let the checkout that waits for this payment fail."""
    token = checkout_repository().token(event.data.checkout_id, "payment")
    refusal = RefusedError("payment-declined", f"the payment was declined: {event.data.decline_code}")
    waited = token is not None and executions.refuse(token, refusal)
    return {"checkout_id": event.data.checkout_id, "waited": waited}
