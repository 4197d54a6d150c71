"""What a product costs for everybody: in each currency the least that one of its forms can be had for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.document import Product


def lowest_prices(product: Product) -> Mapping[str, int]:
    """Give the lowest price of a product in each currency that it has one in, in minor units; the first currency first.

    A variant with a price of its own costs that, and none of the product's. Prices of price lists are not for
    everybody, so they do not count.
    """
    lowest: dict[str, int] = {}
    for sold in product.get("variants") or (product,):
        for currency, amount in _prices(sold if "price" in sold else product):
            lowest[currency] = min(amount, lowest.get(currency, amount))
    return lowest


def priced(product: Product, currency: str | None = None) -> Product:
    """Give a product as it is answered: its ``price`` is its lowest one.

    Args:
        product: as the catalog has it.
        currency: of the price, which the product has one in; its first one's when left out.
    """
    first = product["price"]["currency"]
    if not product.get("variants") and currency in (None, first):
        return product
    currency = currency or first
    return {**product, "price": {"currency": currency, "amount": lowest_prices(product)[currency]}}


def _prices(priced: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for price in (priced["price"], *(priced.get("prices") or ())):
        if price.get("price_list") is None:
            yield price["currency"], price["amount"]
