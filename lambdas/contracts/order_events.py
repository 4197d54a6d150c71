"""The events of orders."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from contracts.address import Address
from contracts.email_address import EmailAddress
from contracts.envelope import DomainEvent
from contracts.model import Contract, Identifier
from contracts.money import Currency, Money
from contracts.order import MAXIMUM_LINES, Label, Language, OrderedItem, OrderNumber, ProductName, Reason


class OrderedLine(OrderedItem):
    """One SKU of an order, without the arithmetic of its price.

    Attributes:
        product_id: of the product that it belongs to.
        name: as it was when it was ordered.
        unit_price: of one, before discounts.
        total: what the line costs.
    """

    product_id: Identifier
    name: ProductName
    unit_price: Money
    total: Money


class ChosenOption(Contract):
    """How an order travels.

    Attributes:
        id: of the shipping option.
        name: as the customer was shown it.
    """

    id: Identifier
    name: Label


class OrderSnapshot(Contract):
    """All that others need of an order, so that none has to call back.

    Attributes:
        order_id: the order; whoever knows a guest's may read it, so it goes to nobody else.
        number: what people call it.
        checkout_id: of the checkout that made it.
        cart_id: what was bought from.
        customer_id: of a signed-in customer; None for a guest.
        email: where messages go.
        language: what the customer reads.
        currency: every amount is in it.
        lines: as ordered.
        subtotal: of all lines, before discounts.
        discount: of all lines and of shipping.
        shipping: what shipping costs, before discounts.
        tax: of lines and shipping.
        total: what was paid or is to be paid.
        shipping_address: where the goods go.
        shipping_option: how they go.
        payment_id: what was authorized for it.
        reservation_id: the stock that was held for it.
        placed_at: when checkout made the order.
    """

    order_id: Identifier
    number: OrderNumber
    checkout_id: Identifier
    cart_id: Identifier
    customer_id: Identifier | None
    email: EmailAddress
    language: Language | None
    currency: Currency
    lines: Annotated[tuple[OrderedLine, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_LINES)]
    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    shipping_address: Address
    shipping_option: ChosenOption
    payment_id: Identifier
    reservation_id: Identifier
    placed_at: Annotated[AwareDatetime, Field(strict=False)]


class OrderCancellation(OrderSnapshot):
    """An order that will not be shipped.

    Attributes:
        reason: why, in words.
        restocked: what goes back into stock; it never left the warehouse.
        refund: what the customer gets back, or is no longer asked for when nothing was captured.
    """

    reason: Reason
    restocked: Annotated[tuple[OrderedItem, ...], Field(strict=False, max_length=MAXIMUM_LINES)]
    refund: Money


class OrderReturn(OrderSnapshot):
    """Goods of an order that came back.

    Attributes:
        return_id: of the return; an order may have several.
        reason: why, in words.
        returned: what came back and goes into stock again.
        refund: what the customer gets back for it.
    """

    return_id: Identifier
    reason: Reason
    returned: Annotated[tuple[OrderedItem, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_LINES)]
    refund: Money


class OrderConfirmed(DomainEvent[OrderSnapshot]):
    """An order is paid for and its stock is its own: it can be shipped."""

    source: ClassVar[str] = "storefront.orders"
    detail_type: ClassVar[str] = "OrderConfirmed"


class OrderCancelled(DomainEvent[OrderCancellation]):
    """A confirmed order was cancelled before anything of it was shipped. Said once for an order."""

    source: ClassVar[str] = "storefront.orders"
    detail_type: ClassVar[str] = "OrderCancelled"


class OrderReturned(DomainEvent[OrderReturn]):
    """Goods of an order came back. Said once for a return."""

    source: ClassVar[str] = "storefront.orders"
    detail_type: ClassVar[str] = "OrderReturned"
