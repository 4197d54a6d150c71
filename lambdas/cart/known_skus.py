"""Which SKUs there are, as the catalog told."""

from __future__ import annotations

from contracts.product_events import ProductSnapshot
from product_copies.repository import ProductCopies
from store.operations import Item
from store.table import Table


def known_skus(table: Table) -> ProductCopies:
    """Give the copies of what can be bought."""
    return ProductCopies(table, copied=_nothing_more)


def _nothing_more(_product: ProductSnapshot, _sku: str) -> Item:
    # Name and price are pricing's to say; here it matters that there is such a SKU.
    return {}
