"""What a client searches for: words, filters, order."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256

import tantivy
from tantivy import FieldType, Occur, Query

from search.schema import index_schema

LARGEST_AMOUNT = 999_999_999_999
LONGEST_TEXT = 256


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
    """What to search for. Filters are exact, and all of them must hold.

    Attributes:
        text: what the shopper typed; empty for every product.
        category: as the product has it, case included.
        brand: likewise.
        tag: one of the product's tags.
        currency: ISO 4217 code of the product's price.
        min_price: smallest amount in minor units of whatever currency the product has, itself included.
        max_price: largest amount, likewise.
        sort: order; without a text, where all are equally relevant, relevance gives the newest first.
    """

    text: str = ""
    category: str | None = None
    brand: str | None = None
    tag: str | None = None
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

    def filters(self) -> list[tuple[Occur, Query]]:
        """Give the filters as clauses of a boolean query that leave the score alone."""
        schema = index_schema()
        terms = {"category": self.category, "brand": self.brand, "tags": self.tag, "currency": self.currency}
        queries = [
            Query.term_query(schema, field, value, "basic") for field, value in terms.items() if value is not None
        ]
        if self.min_price is not None or self.max_price is not None:
            queries.append(
                Query.range_query(
                    schema, "price", FieldType.Integer, lower_bound=self.min_price, upper_bound=self.max_price
                )
            )
        return [(tantivy.Occur.Must, Query.const_score_query(query, 0.0)) for query in queries]
