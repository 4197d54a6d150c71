"""Facets: how what is searched for is distributed over categories, brands, tags and prices.

A facet counts what matches the text and every filter but its own: so it shows what choosing another of its values, or
one more, would find. A facet without a filter counts the matches themselves: `category` and `price` then add up to
`total`, `brand` falls short of it by the products without a brand, and `tag` may exceed it: a product has many tags.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tantivy import Occur, Query

from search.compared_price import ComparedPrice
from search.criteria import FACET_FIELDS, FACETS, Criteria
from search.engine import Aggregations, Searcher

Facets = Mapping[str, list[dict[str, object]]]
"""By name (`category`, `brand`, `tag`, `price`), the values that occur, most frequent first, prices ascending."""

_VALUES_SHOWN = 100
_VALUES_COUNTED = 10_000
"""Values a segment reports; above it the counts of rare ones might be too low."""

NO_FACETS: Facets = {"category": [], "brand": [], "tag": [], "price": []}
"""The facets of nothing."""


def compute_facets(searcher: Searcher, text: Query, criteria: Criteria, price: ComparedPrice) -> Facets:
    """Compute all facets of a search: one pass over its matches, and one for each facet that is filtered by.

    Args:
        searcher: the generation.
        text: the query for the text alone.
        criteria: the filters.
        price: that is compared.
    """
    filtered = criteria.filtered_facets
    matches = Query.boolean_query([(Occur.Must, text), *criteria.filters(price)])
    facets = _facets(searcher, matches, FACETS - filtered, price)
    for facet in filtered:
        others = Query.boolean_query([(Occur.Must, text), *criteria.filters(price, without=facet)])
        facets |= _facets(searcher, others, {facet}, price)
    return {facet: facets[facet] for facet in NO_FACETS}


def count_values(searcher: Searcher, query: Query, facet: str) -> Sequence[tuple[str, int]]:
    """Give the values of `category`, `brand` or `tag` among the matches of a query, and how many matches have each."""
    buckets = searcher.aggregate(query, {facet: _VALUES[facet]})[facet]["buckets"]
    return [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets]


def _facets(
    searcher: Searcher, query: Query, wanted: Collection[str], price: ComparedPrice
) -> dict[str, list[dict[str, object]]]:
    if not wanted:
        return {}
    requests = {**_VALUES, "price": price.facet()}
    answer = searcher.aggregate(query, {facet: requests[facet] for facet in wanted})
    facets = {
        facet: [{"value": bucket["key"], "count": bucket["doc_count"]} for bucket in answer[facet]["buckets"]]
        for facet in FACET_FIELDS
        if facet in wanted
    }
    if "price" in wanted:
        facets["price"] = price.told_facet(answer["price"])
    return facets


def _terms(field: str) -> dict[str, object]:
    return {
        "field": field,
        "size": _VALUES_SHOWN,
        "segment_size": _VALUES_COUNTED,
        # Equal counts in one order everywhere, whatever the segments are.
        "order": {"_count": "desc"},
    }


_VALUES: Aggregations = {facet: {"terms": _terms(field)} for facet, field in FACET_FIELDS.items()}
