"""What others hear of an order, as one more write of the transaction that makes it true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from contracts.order import OrderedItem
from contracts.order_events import (
    OrderCancellation,
    OrderCancelled,
    OrderConfirmed,
    OrderReturn,
    OrderReturned,
    OrderSnapshot,
)
from orders.document import items_document, money
from orders.order import Order
from orders.returns import Return
from outbox.record import current_trace_header, outbox_record
from store.operations import Put


def order_confirmed(order: Order, *, correlation_id: str) -> Put:
    """Give the write that tells that an order can be carried out."""
    data = OrderSnapshot.model_validate(_snapshot(order))
    event = OrderConfirmed.of(data, correlation_id=correlation_id, trace_header=current_trace_header())
    return outbox_record(event)


def order_cancelled(order: Order, *, correlation_id: str) -> Put:
    """Give the write that tells that an order will not be shipped."""
    cancellation = {
        "reason": order.reason,
        "restocked": items_document(order.ordered),
        "refund": order.content["total"],
    }
    data = OrderCancellation.model_validate(_snapshot(order) | cancellation)
    event = OrderCancelled.of(data, correlation_id=correlation_id, trace_header=current_trace_header())
    return outbox_record(event)


def order_returned(order: Order, received: Return, *, correlation_id: str) -> Put:
    """Give the write that tells that goods came back."""
    back = {
        "return_id": received.id,
        "reason": received.reason,
        "returned": tuple(OrderedItem(sku=sku, quantity=quantity) for sku, quantity in received.items.items()),
        "refund": money(order, received.refund or 0),
    }
    data = OrderReturn.model_validate(_snapshot(order) | back)
    event = OrderReturned.of(data, correlation_id=correlation_id, trace_header=current_trace_header())
    return outbox_record(event)


def _snapshot(order: Order) -> dict[str, object]:
    content = cast("Mapping[str, Any]", order.content)
    discounts = [content["discount"], content.get("shipping_discount")]
    taken_off = sum(discount["amount"] for discount in discounts if discount)
    return {
        "order_id": order.id,
        "number": order.number,
        "customer_id": content.get("customer_id"),
        "language": content.get("language"),
        "placed_at": order.placed_at,
        "discount": money(order, taken_off),
        **{
            name: content[name]
            for name in (
                "checkout_id",
                "cart_id",
                "email",
                "currency",
                "lines",
                "subtotal",
                "shipping",
                "tax",
                "total",
                "shipping_address",
                "shipping_option",
                "payment_id",
                "reservation_id",
            )
        },
    }
