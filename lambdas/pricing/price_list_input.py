"""What a merchant says of a price list."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.model import Contract, Identifier, ReadOnly
from contracts.money import MAXIMUM_AMOUNT, Currency
from pricing.price_list import Conversion, PriceList

MAXIMUM_PRICES = 2000
"""So that a list of the longest SKUs fits into one item of the table."""

MAXIMUM_BODY_BYTES = 262_144

Amount = Annotated[int, Field(ge=0, le=MAXIMUM_AMOUNT)]


class ConversionInput(Contract):
    """How prices in another currency become the list's.

    Attributes:
        rate: millionths of a minor unit of the list's currency for one minor unit of the other, more than 0.
        step: prices are multiples of so many minor units, 1 to 1,000,000.
    """

    rate: Annotated[int, Field(ge=1, le=10**15)]
    step: Annotated[int, Field(ge=1, le=10**6)] = 1


class PriceListInput(Contract):
    """The body of ``PUT /v1/price-lists/{id}``.

    Attributes:
        currency: of all prices of the list.
        prices: minor units by SKU, up to 2,000.
        conversions: by currency, up to 50, for SKUs without a price of the list.
        id: read-only: taken and ignored, so that what was read can be changed and sent back.
    """

    currency: Currency
    prices: Annotated[dict[Identifier, Amount], Field(default_factory=dict, max_length=MAXIMUM_PRICES)]
    conversions: Annotated[dict[Currency, ConversionInput], Field(default_factory=dict, max_length=50)]
    id: ReadOnly

    def price_list(self, id: str) -> PriceList:
        """Give it as the domain knows it, version 1."""
        conversions = {
            currency: Conversion(rate=conversion.rate, step=conversion.step)
            for currency, conversion in self.conversions.items()
        }
        return PriceList(id=id, currency=self.currency, prices=self.prices, conversions=conversions)

    @model_validator(mode="after")
    def _converts_others(self) -> Self:
        if self.currency in self.conversions:
            raise ValueError(f"prices in {self.currency} need no conversion to it")
        return self
