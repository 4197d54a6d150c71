"""What pricing keeps of a SKU."""

from __future__ import annotations

import re
from typing import NotRequired, TypedDict

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
        others: the same in other currencies, if there are any.
        of_lists: by price list, what it costs by currency, if it has prices for lists.
    """

    product_id: str
    name: str
    category: str
    currency: str
    amount: int
    others: NotRequired[dict[str, int]]
    of_lists: NotRequired[dict[str, dict[str, int]]]


def copied(product: ProductSnapshot, sku: str) -> Item:
    """Give what pricing keeps of one SKU of a product."""
    variant = next((variant for variant in product.variants if variant.sku == sku), None)
    price, further = product.prices_of(sku)
    others = {each.currency: each.amount for each in further if each.price_list is None}
    of_lists: dict[str, dict[str, int]] = {}
    for each in further:
        if each.price_list is not None:
            of_lists.setdefault(each.price_list, {})[each.currency] = each.amount
    name = f"{product.name}, {variant.name}" if variant and variant.name else product.name
    return {
        # Order and parcel show it in one line.
        "name": " ".join(_CONTROL.sub(" ", name).split()) or product.id,
        "category": product.category,
        "currency": price.currency,
        "amount": price.amount,
        **({"others": others} if others else {}),
        **({"of_lists": of_lists} if of_lists else {}),
    }
