"""Facets: how the matches are distributed over categories, brands, tags and prices.

All facets count the matches of the whole query, their own filter included. So the counts of `category` and those of
`price` add up to `total`; those of `brand` fall short of it by the products without a brand, and those of `tag` may
exceed it, for a product has many tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tantivy

from search.engine import Aggregations, Searcher

Facets = Mapping[str, list[dict[str, object]]]
"""By name (`category`, `brand`, `tag`, `price`), the values that occur, most frequent first, prices ascending."""

_VALUES_SHOWN = 100
_VALUES_COUNTED = 10_000
"""Values a segment reports; above it the counts of rare ones might be too low."""

_LARGEST_BOUNDARY_EXPONENT = 12
PRICE_BOUNDARIES = (
    0,
    *(step * 10**exponent for exponent in range(2, _LARGEST_BOUNDARY_EXPONENT) for step in (1, 2, 5)),
)
"""Where price ranges begin, in minor units: 0, 100, 200, 500, 1000, 2000 … Steps of equal ratio divide cheap and dear
goods, and currencies with and without minor units, equally well, with no look at the prices first."""

_FIELDS = {"category": "category", "brand": "brand", "tag": "tags"}

NO_FACETS: Facets = {"category": [], "brand": [], "tag": [], "price": []}
"""The facets of nothing."""


def compute_facets(searcher: Searcher, query: tantivy.Query) -> Facets:
    """Compute all facets over the matches of a query."""
    answer = searcher.aggregate(query, _REQUEST)
    facets = {
        facet: [{"value": bucket["key"], "count": bucket["doc_count"]} for bucket in answer[facet]["buckets"]]
        for facet in _FIELDS
    }
    # A price without its currency is no price: each currency has ranges of its own.
    facets["price"] = [
        _price_range(currency["key"], bucket)
        for currency in answer["price"]["buckets"]
        for bucket in currency["amount"]["buckets"]
        if bucket["doc_count"]
    ]
    return facets


def _price_range(currency: str, bucket: Mapping[str, Any]) -> dict[str, object]:
    return {
        "currency": currency,
        "from": int(bucket["from"]),
        # The filter `max_price` includes its bound, so what a range is up to is part of it as well.
        "to": int(bucket["to"]) - 1 if "to" in bucket else None,
        "count": bucket["doc_count"],
    }


def _terms(field: str) -> dict[str, object]:
    return {
        "field": field,
        "size": _VALUES_SHOWN,
        "segment_size": _VALUES_COUNTED,
        # Equal counts in one order everywhere, whatever the segments are.
        "order": {"_count": "desc"},
    }


def _ranges() -> list[dict[str, int]]:
    uppers = [*PRICE_BOUNDARIES[1:], None]
    return [
        {"from": lower} if upper is None else {"from": lower, "to": upper}
        for lower, upper in zip(PRICE_BOUNDARIES, uppers, strict=True)
    ]


_REQUEST: Aggregations = {
    **{facet: {"terms": _terms(field)} for facet, field in _FIELDS.items()},
    "price": {
        "terms": _terms("currency"),
        "aggs": {"amount": {"range": {"field": "price", "ranges": _ranges()}}},
    },
}
