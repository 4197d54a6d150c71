"""The stock leaves, the order is confirmed, and the checkout has ended well."""

from __future__ import annotations

from checkout.step import Result, Situation
from checkout.steps.price import quote_of
from contracts.checkout_events import CheckoutCompleted, CompletedCheckout
from outbox.record import current_trace_header, outbox_record


def do(situation: Situation) -> Result | None:
    """Take the stock, confirm the order, tell everybody.

    Only the first can be refused, when the stock was given to somebody else after a day; then all is undone. What
    follows is tried until it is done.
    """
    checkout, request = situation.checkout, situation.request
    situation.services.commit()
    situation.services.confirm_order(checkout.order_id)
    data = CompletedCheckout(
        checkout_id=checkout.id,
        cart_id=request.cart_id,
        customer_id=checkout.customer_id,
        email=request.email,
        language=request.language,
        order_id=checkout.order_id,
        total=quote_of(situation).total,
    )
    event = CheckoutCompleted.of(data, correlation_id=checkout.correlation_id, trace_header=current_trace_header())
    situation.repository.complete(checkout.id, outbox_record(event))
    return None


def undo(situation: Situation) -> None:
    """Nothing follows that could fail."""
