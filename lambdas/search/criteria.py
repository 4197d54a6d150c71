"""What a client searches for: words, filters, order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from hashlib import sha256

from tantivy import Occur, Query

from search.category_tree import CategoryTree
from search.compared_price import ComparedPrice
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


_NAME = ("name_order", False)
_NEWEST = ("newest_order", True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What to search for. Filters are exact; every filter must hold, and of its values one is enough.

    Attributes:
        text: what the shopper typed; empty for every product.
        category: the categories, as products have them, case included; empty for every category.
        brand: brands, likewise.
        tag: tags, of which a product must have one.
        currency: ISO 4217 code: products have a price in it, which all that is about prices then means. When left out,
            that is the price in the first currency of each product.
        min_price: smallest amount in minor units, itself included.
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

    def within(self, tree: CategoryTree) -> Criteria:
        """Give the criteria with all that is below their categories."""
        return replace(self, category=sorted(tree.below(self.category)))

    def order(self, price: ComparedPrice) -> tuple[str, bool] | None:
        """Give the sort key and whether it descends; None for relevance."""
        match self.sort:
            case Sort.PRICE_ASC | Sort.PRICE_DESC:
                return price.order, self.sort is Sort.PRICE_DESC
            case Sort.NAME:
                return _NAME
            case Sort.RELEVANCE if self.text.strip():
                return None
            case _:
                return _NEWEST

    @property
    def fingerprint(self) -> str:
        """Equal for equal criteria, and hardly ever for others: ties a cursor to the query it belongs to."""
        return sha256(json.dumps(asdict(self)).encode()).hexdigest()[:16]

    def matching(self, text: Query, price: ComparedPrice, *, without: str | None = None) -> Query:
        """Give the query for what matches a text and the filters, which leave the score alone.

        Args:
            text: the query for the text alone.
            price: that is compared.
            without: a facet whose own filter is left out: `category`, `brand`, `tag` or `price`.
        """
        queries = [query for facet, query in self._filters(price) if facet != without]
        filters = [(Occur.Must, Query.const_score_query(query, 0.0)) for query in queries]
        return Query.boolean_query([(Occur.Must, text), *filters])

    @property
    def filtered_facets(self) -> frozenset[str]:
        """The facets that a filter of this search belongs to."""
        filtered = {facet for facet, values in self._values if values}
        return frozenset(filtered | {"price"} if self._has_price_range else filtered)

    @property
    def _values(self) -> Sequence[tuple[str, Sequence[str]]]:
        return ("category", self.category), ("brand", self.brand), ("tag", self.tag)

    @property
    def _has_price_range(self) -> bool:
        return self.min_price is not None or self.max_price is not None

    def _filters(self, price: ComparedPrice) -> Iterator[tuple[str, Query]]:
        for facet, values in self._values:
            if values:
                yield facet, Query.term_set_query(index_schema(), FACET_FIELDS[facet], list(values))
        if (required := price.required()) is not None:
            yield "currency", required
        if self._has_price_range:
            yield "price", price.between(self.min_price, self.max_price)
