"""One product as search knows it: a published snapshot, or the tombstone of one that was withdrawn."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import tantivy

from search.prices import lowest_prices
from search.schema import index_schema, plain_analyzer
from search.word_circles import word_circles

if TYPE_CHECKING:
    from contracts.product_events import ProductSnapshot

Product = Mapping[str, Any]
"""The JSON form of a `contracts.product_events.ProductSnapshot`, given to clients as it stands."""

_AMOUNT_DIGITS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the projection says of a product.

    Attributes:
        id: the product.
        version: the product's version it was taken from; a smaller one never replaces a greater one.
        product: the snapshot as JSON text; None when the product was unpublished or deleted.
    """

    id: str
    version: int
    product: str | None

    @classmethod
    def of(cls, snapshot: ProductSnapshot) -> Document:
        """Give the document of a published product."""
        return cls(id=snapshot.id, version=snapshot.version, product=snapshot.model_dump_json(exclude_none=True))

    @property
    def is_published(self) -> bool:
        """Whether the product belongs in the index."""
        return self.product is not None

    @property
    def indexed_version(self) -> int | None:
        """The version that the index must have of it; None when it must not be there."""
        return self.version if self.is_published else None

    def to_index(self) -> tantivy.Document:
        """Give the document that tantivy indexes for a published product.

        Raises:
            ValueError: when the product is withdrawn.
        """
        return tantivy.Document.from_dict(self.fields(), index_schema())

    def fields(self) -> dict[str, object]:
        """Give the fields of `search.schema` for a published product.

        Raises:
            ValueError: when the product is withdrawn.
        """
        if self.product is None:
            raise ValueError(f"product {self.id!r} is withdrawn, it has nothing to index")
        product = cast("Product", json.loads(self.product))
        brand = product.get("brand")
        tags = list(product.get("tags", ()))
        name, category, currency = product["name"], product["category"], product["price"]["currency"]
        prices = lowest_prices(product)
        orders = {each: f"{amount:0{_AMOUNT_DIGITS}d} {self.id}" for each, amount in prices.items()}
        fields: dict[str, object] = {
            "id": self.id,
            "version": self.version,
            "code": sorted({self.id.lower(), *(sku.lower() for sku in product.get("skus", ()))}),
            "name": name,
            "category": category,
            "category_text": category,
            "tags": tags,
            "tags_text": tags,
            "details": _details(product),
            "description": product.get("description", ""),
            "words": [name, category, *([brand] if brand else []), *tags],
            "currency": currency,
            "price": prices[currency],
            "price_order": orders[currency],
            "name_order": f"{' '.join(plain_analyzer().analyze(name))} {self.id}",
            "newest_order": f"{_instant(product['created_at'])} {self.id}",
            "product": self.product.encode(),
            "prices": prices,
            "prices_order": orders,
        }
        if brand:
            fields |= {"brand": brand, "brand_text": brand}
        return fields | word_circles(fields)


def _details(product: Product) -> Sequence[str]:
    """Attribute and option values and variant names: what shoppers type, but no facet is made of."""
    variants = product.get("variants", ())
    details: dict[str, None] = dict.fromkeys(product.get("attributes", {}).values())
    for variant in variants:
        details |= dict.fromkeys(variant.get("options", {}).values())
        if variant.get("name"):
            details[variant["name"]] = None
    return list(details)


def _instant(time: str) -> str:
    """RFC 3339 in one width, so that the order of the texts is the order of the times."""
    return datetime.fromisoformat(time).astimezone(UTC).isoformat(timespec="microseconds")
