"""An order, as checkout hands it over and as others hear of it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.address import Address
from contracts.email_address import EmailAddress
from contracts.model import Contract, Identifier
from contracts.money import Currency, Money
from contracts.pricing import MAXIMUM_COUPONS, Quantity
from contracts.reservation import MAXIMUM_ITEMS

PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"

MAXIMUM_LINES = MAXIMUM_ITEMS
"""No order has more lines than stock can be held for."""

Label = Annotated[str, Field(min_length=1, max_length=500, pattern=PRINTABLE)]
"""What people are shown: 1 to 500 characters of any script, no control characters, not blank."""

ProductName = Annotated[str, Field(min_length=1, max_length=500)]
"""A product's name, its variant's behind it: 1 to 500 characters, as the merchant wrote them, line breaks included."""

Reason = Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]
"""Why, in words: 1 to 200 characters of any script, no control characters, not blank."""

Language = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$")]
"""A language tag of BCP 47, such as ``de`` or ``pt-BR``."""

OrderNumber = Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$")]
"""What people read to each other: ten characters of Crockford's Base32, which has no I, L, O or U."""


class OrderedItem(Contract):
    """How many of a SKU.

    Attributes:
        sku: stock keeping unit.
        quantity: 1 to 999.
    """

    sku: Identifier
    quantity: Quantity


class OrderLine(OrderedItem):
    """One SKU of an order and what it costs.

    Attributes:
        product_id: of the product that it belongs to.
        name: as it was when it was ordered.
        unit_price: of one, before discounts; with tax where the order's ``tax_included``.
        discount: this line's part of all discounts.
        tax: on the line, or in it where ``tax_included``.
        total: what the line costs: ``unit_price`` times ``quantity`` less ``discount``, and ``tax`` unless included.
    """

    product_id: Identifier
    name: ProductName
    unit_price: Money
    discount: Money
    tax: Money
    total: Money


class OrderDiscount(Contract):
    """What a promotion took off.

    Attributes:
        code: the promotion's.
        title: what the customer was told.
        amount: off items and shipping together.
    """

    code: Identifier
    title: Label
    amount: Money


class ShippingOption(Contract):
    """How the order travels.

    Attributes:
        id: of the option.
        name: as the customer was shown it.
        price: before discounts, in the order's currency.
    """

    id: Identifier
    name: Label
    price: Money


class OrderRequest(Contract):
    """The body of ``PUT /v1/orders/{id}``. Orders keep what they are given: pricing alone decides what a price is.

    Attributes:
        checkout_id: of the checkout that makes the order.
        cart_id: what was bought from.
        customer_id: of a signed-in customer; None for a guest.
        email: where the confirmation goes; with the order's number a guest's way back to it.
        language: what the customer reads.
        currency: every amount is in it.
        lines: 1 to 50, each SKU once.
        discounts: that were given.
        subtotal: of all lines, before discounts.
        discount: of all lines.
        shipping: what shipping costs, before discounts.
        shipping_discount: off ``shipping``; None for nothing.
        tax: of lines and shipping.
        tax_included: whether prices contain the tax; then ``total`` does not add it.
        total: ``subtotal - discount + shipping - shipping_discount``, and ``tax`` unless it is included; as in a quote.
        shipping_address: where the goods go.
        shipping_option: how they go.
        payment_id: what was authorized for it.
        reservation_id: the stock that is held for it.
    """

    checkout_id: Identifier
    cart_id: Identifier
    customer_id: Identifier | None = None
    email: EmailAddress
    language: Language | None = None
    currency: Currency
    lines: Annotated[tuple[OrderLine, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_LINES)]
    discounts: Annotated[tuple[OrderDiscount, ...], Field(strict=False, max_length=MAXIMUM_COUPONS)] = ()
    subtotal: Money
    discount: Money
    shipping: Money
    shipping_discount: Money | None = None
    tax: Money
    tax_included: bool
    total: Money
    shipping_address: Address
    shipping_option: ShippingOption
    payment_id: Identifier
    reservation_id: Identifier

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        if len({line.sku for line in self.lines}) < len(self.lines):
            raise ValueError("two lines have the same sku")
        amounts = [self.subtotal, self.discount, self.shipping, self.tax, self.total, self.shipping_option.price]
        amounts += [discount.amount for discount in self.discounts]
        if self.shipping_discount:
            amounts.append(self.shipping_discount)
        for line in self.lines:
            amounts += [line.unit_price, line.discount, line.tax, line.total]
        if {amount.currency for amount in amounts} != {self.currency}:
            raise ValueError(f"an amount is in another currency than the order's, {self.currency}")
        taken_off = self.discount.amount + (self.shipping_discount.amount if self.shipping_discount else 0)
        added_tax = 0 if self.tax_included else self.tax.amount
        expected = self.subtotal.amount + self.shipping.amount - taken_off + added_tax
        if self.total.amount != expected:
            raise ValueError(f"total is {self.total.amount}, its parts make {expected}")
        return self
