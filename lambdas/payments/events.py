"""The payments service listens to orders and to the clock.

What is cancelled or comes back is given back, once; and the provider is asked about payments that wait.
"""

from __future__ import annotations

from datetime import UTC, datetime

from contracts.order_events import OrderCancelled, OrderReturned
from contracts.schedule_events import PaymentSweepDue
from edge.event_application import EventApplication, Taken
from payments import process
from payments.payment import PaymentStateError, refund_id
from payments.processing import PaymentProcessing
from payments.sweeping import sweep

handler = EventApplication()


@handler.on(OrderCancelled)
def take_cancellation(event: OrderCancelled) -> Taken:
    """Void the payment of a cancelled order, or give back what was captured of it."""
    cancelled = event.data
    processing = process.processing(event.metadata.correlation_id)
    try:
        payment = processing.void(cancelled.payment_id)
    except PaymentStateError:
        return _refund(processing, cancelled.payment_id, f"cancelled {cancelled.order_id}", cancelled.refund.amount)
    return {"payment_id": cancelled.payment_id, "payment_status": payment.shown_status if payment else "voided"}


@handler.on(OrderReturned)
def take_return(event: OrderReturned) -> Taken:
    """Give back what the goods that came back had cost."""
    returned = event.data
    processing = process.processing(event.metadata.correlation_id)
    return _refund(processing, returned.payment_id, f"returned {returned.return_id}", returned.refund.amount)


@handler.on(PaymentSweepDue)
def ask_provider(event: PaymentSweepDue) -> Taken:
    """Ask the provider about payments of which it has said nothing for minutes."""
    processing = process.processing(event.metadata.correlation_id)
    return sweep(process.waiting_payments(), processing, now=datetime.now(UTC))


def _refund(processing: PaymentProcessing, payment_id: str, key: str, amount: int) -> Taken:
    if amount == 0:
        return {"payment_id": payment_id, "refund_status": "nothing to refund"}
    _, refund = processing.refund(payment_id, refund_id=refund_id(payment_id, key), amount=amount)
    return {"payment_id": payment_id, "refund_id": refund.id, "refund_status": refund.status}
