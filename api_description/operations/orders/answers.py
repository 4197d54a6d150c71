"""What the routes of orders answer with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api_description.page import Page
from contracts.address import Address
from contracts.model import Contract, Identifier
from contracts.money import Currency, Money
from contracts.order import MAXIMUM_LINES, OrderDiscount, OrderedItem, OrderLine, OrderNumber, ShippingOption
from orders.order import MAXIMUM_RETURNS, PaymentStatus, Status

Count = Annotated[int, Field(ge=0)]


class OrderedLine(OrderLine):
    """One SKU of an order, what it costs, and where it is.

    Attributes:
        shipped: how many have left.
        delivered: how many have arrived.
        returned: how many are back.
    """

    shipped: Count
    delivered: Count
    returned: Count


class OrderShipment(Contract):
    """A parcel of an order.

    Attributes:
        id: of the shipment.
        items: what is in it.
        carrier: who carries it.
        tracking_number: the carrier's.
        dispatched_at: when it left.
        delivered_at: when it arrived.
    """

    id: Identifier
    items: list[OrderedItem]
    carrier: str | None
    tracking_number: str | None
    dispatched_at: AwareDatetime | None
    delivered_at: AwareDatetime | None


class OrderReturn(Contract):
    """Goods that come back.

    Attributes:
        id: of the return.
        status: whether they are back.
        items: what is sent back.
        reason: why.
        requested_at: when it was asked for.
        received_at: when they were back.
        refund: what is paid back for them; null as long as they are not back.
    """

    id: Identifier
    status: Literal["requested", "received"]
    items: Annotated[list[OrderedItem], Field(max_length=MAXIMUM_LINES)]
    reason: str
    requested_at: AwareDatetime
    received_at: AwareDatetime | None
    refund: Money | None


class Order(Contract):
    """An order, with all that became of it.

    Attributes:
        id: that nobody can guess.
        number: what people read to each other.
        status: how it stands.
        payment_status: how its payment stands.
        placed_at: when it was made.
        customer_id: of a signed-in customer; null for a guest.
        email: where messages go.
        language: what the customer reads.
        currency: of every amount.
        lines: what was bought, each SKU once.
        discounts: that were given.
        subtotal: of all lines, before discounts.
        discount: of all lines.
        shipping: what shipping costs, before discounts.
        shipping_discount: off ``shipping``.
        tax: of lines and shipping.
        tax_included: whether prices contain the tax; then ``total`` does not add it.
        total: what was charged.
        refunded: what was paid back of it.
        shipping_address: where the goods go; null once the person was forgotten.
        shipping_option: how they go.
        reason: why it was rejected or cancelled.
        shipments: parcels that have left.
        returns: what comes back.
    """

    id: Identifier
    number: OrderNumber
    status: Status
    payment_status: PaymentStatus
    placed_at: AwareDatetime
    customer_id: Identifier | None
    email: str | None
    language: str | None
    currency: Currency
    lines: Annotated[list[OrderedLine], Field(max_length=MAXIMUM_LINES)]
    discounts: list[OrderDiscount]
    subtotal: Money
    discount: Money
    shipping: Money
    shipping_discount: Money | None
    tax: Money
    tax_included: bool
    total: Money
    refunded: Money
    shipping_address: Address | None
    shipping_option: ShippingOption
    reason: str | None
    shipments: list[OrderShipment]
    returns: Annotated[list[OrderReturn], Field(max_length=MAXIMUM_RETURNS)]


class OrderSummary(Contract):
    """An order as a list shows it.

    Attributes:
        id: of the order.
        number: what people read to each other.
        status: how it stands.
        payment_status: how its payment stands.
        placed_at: when it was made.
        email: where messages go.
        pieces: how many of all SKUs together.
        total: what was charged.
    """

    id: Identifier
    number: OrderNumber
    status: Status
    payment_status: PaymentStatus
    placed_at: AwareDatetime
    email: str | None
    pieces: Annotated[int, Field(ge=1)]
    total: Money


class OrderPage(Page[OrderSummary]):
    """Orders, newest first."""
