"""Orders as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from orders.order import Order
from orders.record import OrderRecord, instant
from orders.returns import Return, returned_quantities
from orders.shipment import Shipment, shipped_quantities

_SHOWN = (
    "customer_id",
    "email",
    "language",
    "currency",
    "discounts",
    "subtotal",
    "discount",
    "shipping",
    "shipping_discount",
    "tax",
    "tax_included",
    "total",
    "shipping_address",
    "shipping_option",
)
"""Of what checkout handed over; the ids of cart, checkout, payment and reservation are the services' own business."""


def order_document(order: Order) -> dict[str, object]:
    """Give an order with all that became of it."""
    content = cast("Mapping[str, Any]", order.content)
    shipped = shipped_quantities(order.shipments.values())
    returned = returned_quantities(order.returns.values(), received_only=True)
    lines = [
        {
            **line,
            "shipped": min(line["quantity"], shipped.get(line["sku"], 0)),
            "delivered": order.delivered[line["sku"]],
            "returned": returned.get(line["sku"], 0),
        }
        for line in content["lines"]
    ]
    return {
        "id": order.id,
        "number": order.number,
        "status": order.status,
        "payment_status": order.payment_status,
        "placed_at": instant(order.placed_at),
        **{name: content.get(name) for name in _SHOWN},
        "lines": lines,
        "refunded": money(order, order.refunded),
        "reason": order.reason,
        "shipments": [_shipment_document(shipment) for shipment in order.shipments.values()],
        "returns": [return_document(order, each) for each in order.returns.values()],
    }


def return_document(order: Order, each: Return) -> dict[str, object]:
    """Give a return of an order."""
    return {
        "id": each.id,
        "status": "received" if each.is_received else "requested",
        "items": items_document(each.items),
        "reason": each.reason,
        "requested_at": instant(each.requested_at),
        "received_at": instant(each.received_at) if each.received_at else None,
        "refund": money(order, each.refund) if each.refund is not None else None,
    }


def summary_document(record: OrderRecord) -> dict[str, object]:
    """Give an order as a list shows it."""
    return {
        "id": record["pk"].partition("#")[2],
        "number": record["number"],
        "status": record["status"],
        "payment_status": record["payment_status"],
        "placed_at": record["placed_at"],
        "email": record["email"],
        "pieces": record["pieces"],
        "total": {"currency": record["currency"], "amount": record["total"]},
    }


def money(order: Order, amount: int) -> dict[str, object]:
    """Give an amount in the order's currency."""
    return {"currency": order.content["currency"], "amount": amount}


def items_document(items: Mapping[str, int]) -> list[dict[str, object]]:
    """Give how many of each SKU."""
    return [{"sku": sku, "quantity": quantity} for sku, quantity in items.items()]


def _shipment_document(shipment: Shipment) -> dict[str, object]:
    return {
        "id": shipment.id,
        "items": items_document(shipment.items),
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "dispatched_at": instant(shipment.dispatched_at) if shipment.dispatched_at else None,
        "delivered_at": instant(shipment.delivered_at) if shipment.delivered_at else None,
    }
