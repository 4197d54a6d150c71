"""Prices that go before the products' own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pricing.rounding import half_up

RATE_PARTS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """How a price in another currency becomes one of the list's.

    Attributes:
        rate: millionths of a minor unit of the list's currency for one minor unit of the other: for a list in JPY,
            1.5 yen a cent is 1,500,000.
        step: the price is a multiple of so many minor units, the nearest, a half going up; never 0 for what costs
            something.
    """

    rate: int
    step: int = 1

    def convert(self, amount: int) -> int:
        """Give the price of what costs ``amount`` in the other currency."""
        if amount == 0:
            return 0
        return max(1, half_up(amount * self.rate, RATE_PARTS * self.step)) * self.step


@dataclass(frozen=True, kw_only=True)
class ProductPrices:
    """What the catalog says that one of a SKU costs.

    Attributes:
        currency: of its first price, which other lists convert.
        by_currency: its prices for everybody, in minor units, the first one among them.
        listed: its prices for price lists, by list and currency.
    """

    currency: str
    by_currency: Mapping[str, int]
    listed: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PriceList:
    """A merchant's prices in one currency.

    Attributes:
        id: in URLs; one named like its currency is used where no list is asked for.
        currency: of all its prices.
        prices: in minor units by SKU.
        conversions: by currency, for SKUs that the list does not name; without one nothing is converted.
        version: grows with every change.
    """

    id: str
    currency: str
    prices: Mapping[str, int] = field(default_factory=dict)
    conversions: Mapping[str, Conversion] = field(default_factory=dict)
    version: int = 1

    def replaced_by(self, wanted: PriceList) -> PriceList:
        """Give what is to be instead, a version later; the same object if that is what it is already."""
        return self if replace(wanted, version=self.version) == self else replace(wanted, version=self.version + 1)


def price_in(currency: str, *, sku: str, own: ProductPrices, price_list: PriceList | None = None) -> int | None:
    """Give the price of one of a SKU, or None when it has none in that currency.

    The list's own price goes first, then the product's for that list, then the product's in that currency, then the
    list's conversion.

    Args:
        currency: what is asked for.
        sku: stock keeping unit.
        own: the product's prices of it.
        price_list: the list to use, in ``currency``.
    """
    if price_list and sku in price_list.prices:
        return price_list.prices[sku]
    if price_list and (amount := own.listed.get(price_list.id, {}).get(currency)) is not None:
        return amount
    if (amount := own.by_currency.get(currency)) is not None:
        return amount
    if price_list and (conversion := price_list.conversions.get(own.currency)):
        return conversion.convert(own.by_currency[own.currency])
    return None
