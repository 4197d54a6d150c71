"""A price list as merchants read it."""

from __future__ import annotations

from dataclasses import asdict

from pricing.price_list import PriceList


def price_list_document(price_list: PriceList) -> dict[str, object]:
    """Give a price list as JSON values."""
    return {
        "id": price_list.id,
        "currency": price_list.currency,
        "prices": dict(sorted(price_list.prices.items())),
        "conversions": {currency: asdict(rate) for currency, rate in sorted(price_list.conversions.items())},
    }
