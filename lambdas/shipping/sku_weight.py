"""What shipping keeps of a SKU."""

from __future__ import annotations

import re

from contracts.product_events import ProductSnapshot
from store.operations import Item

ATTRIBUTE = "weight_grams"
"""The product's attribute that says what one of it weighs, packed: 1 to 9,999,999."""

_GRAMS = re.compile(r"[1-9][0-9]{0,6}\Z", re.ASCII)


def copied(product: ProductSnapshot, sku: str) -> Item:
    """Give what shipping keeps of one SKU of a product: its weight, or None when the product says none that can be."""
    variant = next((variant for variant in product.variants if variant.sku == sku), None)
    given = (variant.options if variant else {}).get(ATTRIBUTE) or product.attributes.get(ATTRIBUTE, "")
    return {"weight_grams": int(given) if _GRAMS.match(given) else None}
