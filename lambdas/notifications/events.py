"""Hears what becomes of orders, and tells their customers."""

from __future__ import annotations

from functools import cache

from contracts.checkout_events import CheckoutFailed
from contracts.order_events import OrderCancelled, OrderConfirmed, OrderReturned
from contracts.payment_events import PaymentRefunded
from contracts.shipping_events import Shipment, ShipmentDelivered, ShipmentDispatched
from edge.event_application import EventApplication, Taken
from notifications.delivery import MessageDelivery
from notifications.message import Facts
from notifications.notifying import Notifying
from notifications.person import NotifiedPerson
from notifications.recipient import recipient_of
from notifications.recipient_repository import RecipientRepository
from notifications.sender import SesSender
from personal_data.answers import CalledAnswers
from personal_data.requests import answer_requests
from store.table import Table

handler = EventApplication()


@cache
def notifications_table() -> Table:
    """Give the service's table, opened once a process."""
    return Table()


def notifying() -> Notifying:
    """Give what tells customers."""
    table = notifications_table()
    return Notifying(recipients=RecipientRepository(table), delivery=MessageDelivery(table, SesSender()))


@handler.on(OrderConfirmed)
def tell_confirmed(event: OrderConfirmed) -> Taken:
    """Tell that an order is confirmed, and what it comes to."""
    order = event.data
    facts = order.model_dump(mode="json", include={"lines", "shipping", "total"})
    event_id = event.metadata.event_id
    outcome = notifying().of_order(recipient_of(order), "order_confirmed", facts, event_id=event_id)
    return {"order_id": order.order_id, "outcome": outcome}


@handler.on(OrderCancelled)
def tell_cancelled(event: OrderCancelled) -> Taken:
    """Tell that an order is cancelled."""
    order = event.data
    facts = order.model_dump(mode="json", include={"refund"})
    event_id = event.metadata.event_id
    outcome = notifying().of_order(recipient_of(order), "order_cancelled", facts, event_id=event_id)
    return {"order_id": order.order_id, "outcome": outcome}


@handler.on(OrderReturned)
def tell_returned(event: OrderReturned) -> Taken:
    """Tell that a return has arrived."""
    order = event.data
    facts = order.model_dump(mode="json", include={"returned", "refund"})
    event_id = event.metadata.event_id
    outcome = notifying().of_order(recipient_of(order), "order_returned", facts, event_id=event_id)
    return {"order_id": order.order_id, "outcome": outcome}


@handler.on(PaymentRefunded)
def tell_refunded(event: PaymentRefunded) -> Taken:
    """Tell that money is on its way back."""
    payment = event.data
    facts = payment.model_dump(mode="json", include={"amount"})
    event_id = event.metadata.event_id
    outcome = notifying().of_order_known_by_id(payment.order_id, "payment_refunded", facts, event_id=event_id)
    return {"order_id": payment.order_id, "outcome": outcome}


@handler.on(ShipmentDispatched)
def tell_dispatched(event: ShipmentDispatched) -> Taken:
    """Tell that a parcel is on its way."""
    shipment, event_id = event.data, event.metadata.event_id
    outcome = notifying().of_order_known_by_id(
        shipment.order_id, "shipment_dispatched", _parcel(shipment), event_id=event_id
    )
    return {"order_id": shipment.order_id, "outcome": outcome}


@handler.on(ShipmentDelivered)
def tell_delivered(event: ShipmentDelivered) -> Taken:
    """Tell that a parcel has arrived."""
    shipment, event_id = event.data, event.metadata.event_id
    outcome = notifying().of_order_known_by_id(
        shipment.order_id, "shipment_delivered", _parcel(shipment), event_id=event_id
    )
    return {"order_id": shipment.order_id, "outcome": outcome}


@handler.on(CheckoutFailed)
def tell_failed(event: CheckoutFailed) -> Taken:
    """Tell that a checkout failed, and that nothing was charged."""
    checkout = event.data
    outcome = notifying().directly(
        checkout.email, checkout.language, "checkout_failed", {}, event_id=event.metadata.event_id
    )
    return {"checkout_id": checkout.checkout_id, "outcome": outcome}


def _parcel(shipment: Shipment) -> Facts:
    return shipment.model_dump(mode="json", include={"items", "carrier", "tracking_number", "complete"})


answer_requests(handler, notifications_table, NotifiedPerson, answers=CalledAnswers("notifications"))
