"""What pricing is asked and answers. Its service alone decides what a price is."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from contracts.address import Destination
from contracts.email_address import EmailAddress
from contracts.model import Contract, Identifier
from contracts.money import Currency, Money

MAXIMUM_LINES = 100
MAXIMUM_QUANTITY = 999
MAXIMUM_COUPONS = 10

QUOTE_AGE_SECONDS = 2.0
"""How old the promotions and price lists may be that a quote is made of. All quotes are made of the same few, so each
warm function reads them once in that time: a thousand functions then take less than two thirds of what their partition
gives, though there be 50 promotions, and a merchant hardly notices."""

Quantity = Annotated[int, Field(ge=1, le=MAXIMUM_QUANTITY)]
"""How many of a SKU: 1 to 999."""

CouponCode = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")]
"""What a customer typed; capitals and small letters are the same. A code that cannot be is refused, not invalid."""

CustomerGroup = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9-]*$")]
"""A group of customers by its slug, such as ``trade``."""

RefusalReason = Literal[
    "unknown",
    "not-yet-valid",
    "expired",
    "exhausted",
    "already-used",
    "other-currency",
    "other-customers",
    "minimum-not-reached",
    "no-item-qualifies",
    "not-combinable",
    "nothing-left",
]
"""Why a coupon gives nothing: ``unknown`` is also one that is switched off; ``exhausted`` is used up by everybody,
``already-used`` by this customer; ``not-combinable`` lost to a better one; ``nothing-left`` would take off what others
have taken off already."""


class QuoteItem(Contract):
    """How many of a SKU.

    Attributes:
        sku: stock keeping unit.
        quantity: 1 to 999.
    """

    sku: Identifier
    quantity: Quantity


class ChosenShipping(Contract):
    """A shipping option and what it costs before discounts.

    Attributes:
        option: id of the option.
        amount: in the quote's currency; tax included where prices include it.
    """

    option: Identifier
    amount: Money


class QuoteRequest(Contract):
    """The body of ``POST /v1/prices/quotes``.

    Attributes:
        currency: all amounts of the answer are in it; nothing is converted but by a price list that says so.
        items: 1 to 100, each SKU once.
        coupons: codes that the customer typed, at most 10.
        customer_id: who buys, for limits a customer; the e-mail address stands in for whoever is not signed in.
        email: see ``customer_id``.
        customer_groups: the groups that the caller vouches for, at most 10.
        destination: where to; without it there is no tax yet.
        shipping: the option chosen, if one is.
        price_list: prices of that list before others; the list named like the currency when left out.
    """

    currency: Currency
    items: Annotated[tuple[QuoteItem, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_LINES)]
    coupons: Annotated[tuple[CouponCode, ...], Field(strict=False, max_length=MAXIMUM_COUPONS)] = ()
    customer_id: Identifier | None = None
    email: EmailAddress | None = None
    customer_groups: Annotated[tuple[CustomerGroup, ...], Field(strict=False, max_length=10)] = ()
    destination: Destination | None = None
    shipping: ChosenShipping | None = None
    price_list: Identifier | None = None

    @model_validator(mode="after")
    def _items_agree(self) -> Self:
        if len({item.sku for item in self.items}) < len(self.items):
            raise ValueError("two items have the same sku")
        if self.shipping and self.shipping.amount.currency != self.currency:
            raise ValueError(f"shipping is in {self.shipping.amount.currency}, the quote in {self.currency}")
        return self


class QuoteLine(Contract):
    """What one SKU costs.

    Attributes:
        sku: stock keeping unit.
        product_id: of the product that it belongs to.
        name: the product's, with the variant's behind it when it has one.
        quantity: as asked.
        unit_price: of one, before discounts; with tax where ``tax_included``.
        subtotal: ``unit_price`` times ``quantity``.
        discount: this line's part of all discounts on items.
        tax: on ``subtotal`` less ``discount``, or in it where ``tax_included``.
        total: ``subtotal`` less ``discount``, and ``tax`` unless it is included.
    """

    sku: Identifier
    product_id: Identifier
    name: str
    quantity: Quantity
    unit_price: Money
    subtotal: Money
    discount: Money
    tax: Money
    total: Money


class AppliedDiscount(Contract):
    """What a promotion takes off.

    Attributes:
        code: the promotion's, in capitals. Whoever makes an order of the quote redeems it.
        title: what customers are told.
        amount: off items and shipping together; 0 for free shipping while no shipping is chosen.
    """

    code: Identifier
    title: str
    amount: Money


class RefusedCoupon(Contract):
    """A coupon that gives nothing.

    Attributes:
        code: as it was typed.
        reason: why.
    """

    code: str
    reason: RefusalReason


class Quote(Contract):
    """The answer of ``POST /v1/prices/quotes``. Parts always sum up, whatever was rounded.

    Attributes:
        currency: of every amount.
        lines: in the order of the items asked for.
        discounts: in the order in which they were applied; they sum up to ``discount`` plus ``shipping_discount``.
        refused_coupons: those that gave nothing, in the order asked.
        unavailable: SKUs that have no price in this currency or are not published; they are in no line.
        subtotal: of all lines.
        discount: of all lines.
        shipping: before discounts; 0 when none is chosen.
        shipping_discount: off ``shipping``.
        shipping_tax: on what is left of shipping.
        tax: of all lines, and ``shipping_tax``.
        tax_included: whether prices and shipping contain the tax; then ``total`` does not add it.
        total: what is to be paid: ``subtotal - discount + shipping - shipping_discount``, and ``tax`` unless it is
            included.
    """

    currency: Currency
    lines: Annotated[tuple[QuoteLine, ...], Field(strict=False)]
    discounts: Annotated[tuple[AppliedDiscount, ...], Field(strict=False)]
    refused_coupons: Annotated[tuple[RefusedCoupon, ...], Field(strict=False)]
    unavailable: Annotated[tuple[Identifier, ...], Field(strict=False)]
    subtotal: Money
    discount: Money
    shipping: Money
    shipping_discount: Money
    shipping_tax: Money
    tax: Money
    tax_included: bool
    total: Money


class RedemptionRequest(Contract):
    """The body of ``PUT /v1/promotions/{code}/redemptions/{id}``: who uses the code.

    Attributes:
        customer_id: of a signed-in customer.
        email: of whoever buys.
    """

    customer_id: Identifier | None = None
    email: EmailAddress


class Redemption(Contract):
    """The answer of ``PUT /v1/promotions/{code}/redemptions/{id}``: this use of the code counts.

    Attributes:
        id: chosen by the caller; the checkout's.
        code: the promotion's.
    """

    id: Identifier
    code: Identifier
