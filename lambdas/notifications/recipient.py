"""What the service must know of an order to write to its customer, and no more."""

from __future__ import annotations

from typing import TypedDict

from contracts.order_events import OrderSnapshot


class Recipient(TypedDict):
    """Who is written to about an order.

    Attributes:
        order_id: the order.
        customer_id: of a signed-in customer.
        email: where messages go.
        language: one that there are texts in, or the customer's own.
        number: what people call the order.
        name: whom it is sent to.
        names: of what was ordered, by SKU.
    """

    order_id: str
    customer_id: str | None
    email: str
    language: str | None
    number: str
    name: str
    names: dict[str, str]


def recipient_of(order: OrderSnapshot) -> Recipient:
    """Give who is written to about an order."""
    return Recipient(
        order_id=order.order_id,
        customer_id=order.customer_id,
        email=order.email,
        language=order.language,
        number=order.number,
        name=order.shipping_address.name,
        names={line.sku: line.name for line in order.lines},
    )
