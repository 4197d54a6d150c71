"""Facets: how what is searched for is distributed over categories, brands, tags and prices.

A facet counts what matches the text and every filter but its own: so it shows what choosing another of its values, or
one more, would find. A facet without a filter counts the matches themselves: `category` and `price` then add up to
`total`, `brand` falls short of it by the products without a brand, and `tag` may exceed it: a product has many tags.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tantivy import Occur, Query

from search.criteria import FACET_FIELDS, FACETS, Criteria
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

NO_FACETS: Facets = {"category": [], "brand": [], "tag": [], "price": []}
"""The facets of nothing."""


def compute_facets(searcher: Searcher, text: Query, criteria: Criteria) -> Facets:
    """Compute all facets of a search: one pass over its matches, and one for each facet that is filtered by.

    Args:
        searcher: the generation.
        text: the query for the text alone.
        criteria: the filters.
    """
    filtered = criteria.filtered_facets
    facets = _facets(searcher, Query.boolean_query([(Occur.Must, text), *criteria.filters()]), FACETS - filtered)
    for facet in filtered:
        others = Query.boolean_query([(Occur.Must, text), *criteria.filters(without=facet)])
        facets |= _facets(searcher, others, {facet})
    return {facet: facets[facet] for facet in NO_FACETS}


def count_values(searcher: Searcher, query: Query, facet: str) -> Sequence[tuple[str, int]]:
    """Give the values of `category`, `brand` or `tag` among the matches of a query, and how many matches have each."""
    buckets = searcher.aggregate(query, {facet: _REQUEST[facet]})[facet]["buckets"]
    return [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets]


def _facets(searcher: Searcher, query: Query, wanted: Collection[str]) -> dict[str, list[dict[str, object]]]:
    if not wanted:
        return {}
    answer = searcher.aggregate(query, {facet: _REQUEST[facet] for facet in wanted})
    facets = {
        facet: [{"value": bucket["key"], "count": bucket["doc_count"]} for bucket in answer[facet]["buckets"]]
        for facet in FACET_FIELDS
        if facet in wanted
    }
    if "price" in wanted:
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
    **{facet: {"terms": _terms(field)} for facet, field in FACET_FIELDS.items()},
    "price": {
        "terms": _terms("currency"),
        "aggs": {"amount": {"range": {"field": "price", "ranges": _ranges()}}},
    },
}
