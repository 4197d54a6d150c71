"""What pricing keeps of a SKU."""

from __future__ import annotations

import re
from typing import TypedDict

from contracts.product_events import ProductSnapshot
from store.operations import Item

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class SkuPrice(TypedDict):
    """A SKU in the table.

    Attributes:
        product_id: of the product that it belongs to.
        name: the product's, with the variant's behind it when it has one.
        category: the product's.
        currency: of the price.
        amount: what one costs, in minor units.
    """

    product_id: str
    name: str
    category: str
    currency: str
    amount: int


def copied(product: ProductSnapshot, sku: str) -> Item:
    """Give what pricing keeps of one SKU of a product."""
    variant = next((variant for variant in product.variants if variant.sku == sku), None)
    price = variant.price if variant and variant.price else product.price
    name = f"{product.name}, {variant.name}" if variant and variant.name else product.name
    return {
        # Order and parcel show it in one line.
        "name": " ".join(_CONTROL.sub(" ", name).split()) or product.id,
        "category": product.category,
        "currency": price.currency,
        "amount": price.amount,
    }
