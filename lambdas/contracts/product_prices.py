"""Prices of a product beside its first one: in other currencies, and for price lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, TypeAlias

from pydantic import Field

from contracts.model import Contract, Identifier
from contracts.money import CURRENCIES, MAXIMUM_AMOUNT, Currency

MAXIMUM_PRICES = 50


class ListedPrice(Contract):
    """A further price.

    Attributes:
        currency: of the price.
        amount: minor units.
        price_list: the price list that it is of, as pricing knows it; without one it is for everybody who pays in the
            currency.
    """

    currency: Currency
    amount: Annotated[int, Field(ge=0, le=MAXIMUM_AMOUNT)]
    price_list: Identifier | None = None


ListedPrices: TypeAlias = Annotated[tuple[ListedPrice, ...], Field(strict=False, max_length=MAXIMUM_PRICES)]


def price_faults(prices: Sequence[ListedPrice], *, first: str) -> Iterator[str]:
    """Say what is wrong with further prices.

    Args:
        prices: they.
        first: the currency of the first price.
    """
    places: set[tuple[str | None, str]] = {(None, first)}
    for price in prices:
        if price.price_list in CURRENCIES:
            yield f"price list {price.price_list} is for all who pay in {price.price_list}: leave price_list out"
        elif (price.price_list, price.currency) in places:
            of_list = f" of price list {price.price_list!r}" if price.price_list else ""
            yield f"there are two prices in {price.currency}{of_list}"
        places.add((price.price_list, price.currency))
