"""What a client searches for: words, filters, order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256

from tantivy import FieldType, Occur, Query

from search.schema import index_schema

LARGEST_AMOUNT = 999_999_999_999
LONGEST_TEXT = 256


FACET_FIELDS: Mapping[str, str] = {"category": "category", "brand": "brand", "tag": "tags"}
"""Facets of values, each with its field in the index."""
FACETS = frozenset({*FACET_FIELDS, "price"})


class Sort(StrEnum):
    """Orders of the matches; equals follow by product id."""

    RELEVANCE = "relevance"
    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"
    NAME = "name"
    NEWEST = "newest"


ORDERS: dict[Sort, tuple[str, bool]] = {
    Sort.PRICE_ASC: ("price_order", False),
    Sort.PRICE_DESC: ("price_order", True),
    Sort.NAME: ("name_order", False),
    Sort.NEWEST: ("newest_order", True),
}
"""For each order but relevance: the sort key in the index, and whether it descends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What to search for. Filters are exact; every filter must hold, and of its values one is enough.

    Attributes:
        text: what the shopper typed; empty for every product.
        category: the categories, as products have them, case included; empty for every category.
        brand: brands, likewise.
        tag: tags, of which a product must have one.
        currency: ISO 4217 code of the product's price.
        min_price: smallest amount in minor units of whatever currency the product has, itself included.
        max_price: largest amount, likewise.
        sort: order; without a text, where all are equally relevant, relevance gives the newest first.
    """

    text: str = ""
    category: Sequence[str] = ()
    brand: Sequence[str] = ()
    tag: Sequence[str] = ()
    currency: str | None = None
    min_price: int | None = None
    max_price: int | None = None
    sort: Sort = Sort.RELEVANCE

    @property
    def order(self) -> tuple[str, bool] | None:
        """The sort key and whether it descends; None for relevance."""
        if self.sort is Sort.RELEVANCE and not self.text.strip():
            return ORDERS[Sort.NEWEST]
        return ORDERS.get(self.sort)

    @property
    def fingerprint(self) -> str:
        """Equal for equal criteria, and hardly ever for others: ties a cursor to the query it belongs to."""
        return sha256(json.dumps(asdict(self)).encode()).hexdigest()[:16]

    def filters(self, *, without: str | None = None) -> list[tuple[Occur, Query]]:
        """Give the filters as clauses of a boolean query that leave the score alone.

        Args:
            without: a facet whose own filter is left out: `category`, `brand`, `tag` or `price`.
        """
        queries = [query for facet, query in self._filters() if facet != without]
        return [(Occur.Must, Query.const_score_query(query, 0.0)) for query in queries]

    @property
    def filtered_facets(self) -> frozenset[str]:
        """The facets that a filter of this search belongs to."""
        return frozenset(facet for facet, _ in self._filters()) & FACETS

    def _filters(self) -> Iterator[tuple[str, Query]]:
        schema = index_schema()
        for facet, values in (("category", self.category), ("brand", self.brand), ("tag", self.tag)):
            if values:
                yield facet, Query.term_set_query(schema, FACET_FIELDS[facet], list(values))
        if self.currency is not None:
            yield "currency", Query.term_query(schema, "currency", self.currency, "basic")
        if self.min_price is not None or self.max_price is not None:
            yield (
                "price",
                Query.range_query(
                    schema, "price", FieldType.Integer, lower_bound=self.min_price, upper_bound=self.max_price
                ),
            )
