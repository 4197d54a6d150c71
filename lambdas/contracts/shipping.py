"""What shipping is asked and answers before there is an order."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.address import AddressLine, Destination
from contracts.model import Contract
from contracts.money import Currency
from contracts.order import ShippingOption
from contracts.pricing import MAXIMUM_LINES, QuoteItem


class QuotedDestination(Destination):
    """Where to: what rates depend on, or a whole address, whose other lines do not matter.

    Attributes:
        name: who lives there.
        line1: street and number.
        line2: what else the postman must know.
        city: the town.
    """

    name: AddressLine | None = None
    line1: AddressLine | None = None
    line2: AddressLine | None = None
    city: AddressLine | None = None


class ShippingQuoteRequest(Contract):
    """The body of ``POST /v1/shipping/quotes``.

    Attributes:
        destination: where to.
        items: 1 to 100, each SKU once.
        currency: of the prices.
    """

    destination: QuotedDestination
    items: Annotated[tuple[QuoteItem, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_LINES)]
    currency: Currency

    @model_validator(mode="after")
    def _items_agree(self) -> Self:
        if len({item.sku for item in self.items}) < len(self.items):
            raise ValueError("two items have the same sku")
        return self


class DeliveryPromise(Contract):
    """When a parcel arrives.

    Attributes:
        min_days: working days after the order at the earliest.
        max_days: at the latest.
    """

    min_days: Annotated[int, Field(ge=0, le=365)]
    max_days: Annotated[int, Field(ge=0, le=365)]


class ShippingOffer(ShippingOption):
    """One way in which an order can travel.

    Attributes:
        promise: when it arrives.
    """

    promise: DeliveryPromise


class ShippingQuote(Contract):
    """The answer of ``POST /v1/shipping/quotes``.

    Attributes:
        items: the cheapest first; none when nothing goes there, or not so heavy, or not in that currency.
        next: always None: all offers are in one page.
    """

    items: Annotated[tuple[ShippingOffer, ...], Field(strict=False)]
    next: None = None
