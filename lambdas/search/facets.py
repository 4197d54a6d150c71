"""Facets: how what is searched for is distributed over categories, brands, tags and prices.

A facet counts what matches the text and every filter but its own: so it shows what choosing another of its values, or
one more, would find. A facet without a filter counts the matches themselves: `price` then adds up to `total`, `brand`
falls short of it by the products without a brand, and `tag` may exceed it: a product has many tags. So may `category`:
a category counts what is below it too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

from tantivy import Query

from search.category_tree import CategoryTree
from search.compared_price import ComparedPrice
from search.criteria import FACET_FIELDS, FACETS, Criteria
from search.engine import Aggregations, Searcher

Buckets: TypeAlias = Sequence[Mapping[str, Any]]
"""What tantivy answers to an aggregation of values."""

Facets = Mapping[str, list[dict[str, object]]]
"""By name (`category`, `brand`, `tag`, `price`), the values that occur, most frequent first, prices ascending."""

_VALUES_SHOWN = 100
_VALUES_COUNTED = 10_000
"""Values a segment reports; above it the counts of rare ones might be too low."""

NO_FACETS: Facets = {"category": [], "brand": [], "tag": [], "price": []}
"""The facets of nothing."""


def compute_facets(
    searcher: Searcher, text: Query, criteria: Criteria, *, price: ComparedPrice, tree: CategoryTree
) -> Facets:
    """Compute all facets of a search: one pass over its matches, and one for each facet that is filtered by.

    Args:
        searcher: the generation.
        text: the query for the text alone.
        criteria: the filters.
        price: that is compared.
        tree: of categories.
    """
    filtered = criteria.filtered_facets
    answers = _counted(searcher, criteria.matching(text, price), FACETS - filtered, price)
    for facet in filtered:
        answers |= _counted(searcher, criteria.matching(text, price, without=facet), {facet}, price)
    return {
        "category": _categories(answers["category"]["buckets"], tree),
        "brand": _values(answers["brand"]["buckets"]),
        "tag": _values(answers["tag"]["buckets"]),
        "price": price.told_facet(answers["price"]),
    }


def count_values(searcher: Searcher, query: Query, facet: str) -> Sequence[tuple[str, int]]:
    """Give the values of `category`, `brand` or `tag` among the matches of a query, and how many matches have each."""
    buckets = searcher.aggregate(query, {facet: _VALUES[facet]})[facet]["buckets"]
    return [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets]


def _counted(searcher: Searcher, query: Query, wanted: Collection[str], price: ComparedPrice) -> dict[str, Any]:
    if not wanted:
        return {}
    requests = {**_VALUES, "category": _ALL_CATEGORIES, "price": price.facet()}
    return dict(searcher.aggregate(query, {facet: requests[facet] for facet in wanted}))


def _values(buckets: Buckets) -> list[dict[str, object]]:
    return [{"value": bucket["key"], "count": bucket["doc_count"]} for bucket in buckets]


def _categories(buckets: Buckets, tree: CategoryTree) -> list[dict[str, object]]:
    counts: Counter[str] = Counter()
    for bucket in buckets:
        for category in (bucket["key"], *tree.path(bucket["key"])):
            counts[category] += bucket["doc_count"]
    # A category comes after those that it is below, which have as many products at least: none is shown without them.
    ranked = sorted(counts.items(), key=lambda each: (-each[1], len(tree.path(each[0])), each[0]))
    return [{"value": category, "count": count} | place(category, tree) for category, count in ranked[:_VALUES_SHOWN]]


def place(category: str, tree: CategoryTree) -> dict[str, object]:
    """Give what is told of a category beside its id: its name and what it is below; nothing if it is in no tree."""
    name = tree.name(category)
    return {} if name is None else {"name": name, "path": tree.path(category)}


def _terms(field: str, *, most: int = _VALUES_SHOWN) -> dict[str, object]:
    return {
        "field": field,
        "size": most,
        "segment_size": _VALUES_COUNTED,
        # Equal counts in one order everywhere, whatever the segments are.
        "order": {"_count": "desc"},
    }


_VALUES: Aggregations = {facet: {"terms": _terms(field)} for facet, field in FACET_FIELDS.items()}
_ALL_CATEGORIES = {"terms": _terms(FACET_FIELDS["category"], most=_VALUES_COUNTED)}
"""Those above others are counted by those below."""
