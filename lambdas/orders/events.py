"""Orders listen: to payments for money that moved, to shipping for goods that did, to who asks for their own data."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from contracts.payment_events import PaymentCaptured, PaymentRefunded, PaymentVoided
from contracts.shipping_events import Shipment as ShipmentData
from contracts.shipping_events import ShipmentDelivered, ShipmentDispatched
from edge.event_application import EventApplication, Taken
from orders.order import Order
from orders.persons import OrderingPerson
from orders.repository import OrderRepository
from orders.shipment import Shipment
from personal_data.answers import CalledAnswers
from personal_data.requests import answer_requests
from store.table import Table

handler = EventApplication()


@cache
def orders_table() -> Table:
    """Give the process's table, opened once."""
    return Table()


answer_requests(handler, orders_table, OrderingPerson, answers=CalledAnswers("orders"))


@handler.on(PaymentCaptured)
def take_captured(event: PaymentCaptured) -> Taken:
    """Know that the order is paid."""
    return _change(event.data.order_id, lambda order: order.paid("captured"))


@handler.on(PaymentVoided)
def take_voided(event: PaymentVoided) -> Taken:
    """Know that the order will not be paid."""
    return _change(event.data.order_id, lambda order: order.paid("voided"))


@handler.on(PaymentRefunded)
def take_refunded(event: PaymentRefunded) -> Taken:
    """Know how much was paid back, which only grows: a late event says less than is known."""
    refunded, captured = event.data.refunded.amount, event.data.captured.amount
    status = "refunded" if refunded >= captured else "partially_refunded"
    return _change(event.data.order_id, lambda order: order.paid(status, refunded=refunded))  # type: ignore[arg-type]


@handler.on(ShipmentDispatched)
def take_dispatched(event: ShipmentDispatched) -> Taken:
    """Know that a parcel has left."""
    shipment = Shipment(**_facts(event.data), dispatched_at=event.metadata.occurred_at)  # type: ignore[arg-type]
    return _change(event.data.order_id, lambda order: order.dispatched(shipment))


@handler.on(ShipmentDelivered)
def take_delivered(event: ShipmentDelivered) -> Taken:
    """Know that a parcel has arrived, even if nobody said yet that it left."""
    shipment = Shipment(**_facts(event.data), delivered_at=event.metadata.occurred_at)  # type: ignore[arg-type]
    return _change(event.data.order_id, lambda order: order.arrived(shipment))


def _facts(data: ShipmentData) -> dict[str, object]:
    return {
        "id": data.shipment_id,
        "items": {item.sku: item.quantity for item in data.items},
        "carrier": data.carrier,
        "tracking_number": data.tracking_number,
        "complete": data.complete,
    }


def _change(order_id: str, change: Callable[[Order], Order]) -> Taken:
    # A payment may be voided because its order was never made.
    order = OrderRepository(orders_table()).change(order_id, change, announce=lambda _order: [])
    return {"order_id": order_id, "status": order.status if order else "unknown"}
