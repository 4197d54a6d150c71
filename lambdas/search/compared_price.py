"""Which of a product's prices a search compares, and in which fields of the index they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import tantivy
from tantivy import FieldType, Query

from search.price_ranges import range_request, told_ranges
from search.schema import index_schema

_CURRENCIES_COUNTED = 200
"""More than there are: ISO 4217 knows some 160."""

_BY_FIRST_CURRENCY: Mapping[str, object] = {
    "terms": {"field": "currency", "size": _CURRENCIES_COUNTED, "order": {"_count": "desc"}},
    "aggs": {"amount": range_request("price")},
}


class ComparedPrice(Protocol):
    """The price that filters, orders and facets of one search are about; every match has one."""

    @property
    def order(self) -> str:
        """The sort key of the price in the index."""

    def required(self) -> Query | None:
        """Give the query for products that have such a price; None when that is every product."""

    def between(self, least: int | None, most: int | None) -> Query:
        """Give the query for products that cost so much, in minor units, bounds included; one of them is given."""

    def facet(self) -> Mapping[str, object]:
        """Give the aggregation that counts its ranges."""

    def told_facet(self, answer: Any) -> list[dict[str, object]]:
        """Give what is told of the ranges, of what the aggregation answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPrice:
    """The price in the first currency of each product, whatever that is.

    Attributes:
        currency: which it must be, if any.
    """

    currency: str | None = None
    order: str = "price_order"

    def required(self) -> Query | None:
        """Give the query for products whose first currency it is."""
        return Query.term_query(index_schema(), "currency", self.currency, "basic") if self.currency else None

    def between(self, least: int | None, most: int | None) -> Query:
        """Give the query for products that cost so much, whatever the currency."""
        return Query.range_query(index_schema(), "price", FieldType.Integer, lower_bound=least, upper_bound=most)

    def facet(self) -> Mapping[str, object]:
        """Give the aggregation: a price without its currency is no price, so each currency has ranges of its own."""
        return _BY_FIRST_CURRENCY

    def told_facet(self, answer: Any) -> list[dict[str, object]]:
        """Give the ranges of each currency, the most frequent currency first."""
        return [told for each in answer["buckets"] for told in told_ranges(each["key"], each["amount"]["buckets"])]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceInCurrency:
    """The price in one currency, be it the first one of a product or a further one.

    Attributes:
        currency: three capital letters.
    """

    currency: str

    @property
    def order(self) -> str:
        """The sort key of the price in the index."""
        return f"prices_order.{self.currency}"

    def required(self) -> Query | None:
        """Give the query for products that have a price in the currency."""
        return Query.exists_query(self._field)

    def between(self, least: int | None, most: int | None) -> Query:
        """Give the query for products that cost so much in the currency."""
        # Of a field of JSON tantivy makes a range only from text.
        bounds = ("*" if bound is None else str(bound) for bound in (least, most))
        return _parser().parse_query(f"{self._field}:[{' TO '.join(bounds)}]")

    def facet(self) -> Mapping[str, object]:
        """Give the aggregation."""
        return range_request(self._field)

    def told_facet(self, answer: Any) -> list[dict[str, object]]:
        """Give the ranges of the currency."""
        return told_ranges(self.currency, answer["buckets"])

    @property
    def _field(self) -> str:
        return f"prices.{self.currency}"


@cache
def _parser() -> tantivy.Index:
    return tantivy.Index(index_schema())
