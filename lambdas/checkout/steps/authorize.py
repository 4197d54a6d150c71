"""The money is authorized, now or when the payer has shown who they are."""

from __future__ import annotations

from checkout import executions
from checkout.refusal import RefusedError
from checkout.step import Result, Situation
from checkout.steps.price import quote_of
from contracts.payment import PaymentRequest


def do(situation: Situation) -> Result | None:
    """Authorize the total; what is pending is answered by an event of payments."""
    checkout, request, token = situation.checkout, situation.request, situation.task_token or ""
    total = quote_of(situation).total
    if total.amount == 0:
        executions.succeed(token, {"payment": "none"})
        return None
    # Before payments is asked, or its event might come while nobody is known to wait.
    situation.repository.wait(checkout, "payment", token=token)
    payment = situation.services.authorize(
        PaymentRequest(
            checkout_id=checkout.id,
            order_id=checkout.order_id,
            amount=total,
            method=request.payment_method,
            email=request.email,
        )
    )
    if payment.status == "declined":
        raise RefusedError("payment-declined", f"the payment was declined: {payment.decline_code}")
    if payment.status == "pending":
        if payment.challenge_url is not None:
            situation.repository.challenge(checkout.id, payment.challenge_url)
        return None
    executions.succeed(token, {"payment": payment.status})
    return None


def undo(situation: Situation) -> None:
    """Let nothing be authorized, now or later."""
    situation.services.void()
