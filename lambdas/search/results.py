"""One page of the answer to a search."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tantivy import Query

from search.category_tree import CategoryTree
from search.compared_price import ComparedPrice, FirstPrice, PriceInCurrency
from search.criteria import Criteria
from search.document import Product
from search.engine import Hits, Searcher
from search.facets import Facets, compute_facets
from search.prices import priced
from search.text_query import exact_query, forgiving_query, loose_query


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A page of matches.

    Attributes:
        products: the page's products in order, each with the price that was compared.
        facets: how what is searched for is distributed; see `search.facets`.
        total: how many matches there are in all.
    """

    products: Sequence[Product]
    facets: Facets
    total: int


_NO_TREE = CategoryTree()


def find(
    searcher: Searcher, criteria: Criteria, *, limit: int, offset: int = 0, tree: CategoryTree = _NO_TREE
) -> Results:
    """Search one generation of the index.

    The same arguments on the same generation give the same answer: pages at successive offsets hold every match once.

    Args:
        searcher: the generation.
        criteria: what to search for.
        limit: size of the page, 1 or more.
        offset: matches on the pages before.
        tree: of categories; one that is searched in has what is below it too.
    """
    criteria = criteria.within(tree)
    price = _compared_price(searcher, criteria.currency)

    def page(text: Query) -> Hits:
        query = criteria.matching(text, price)
        return searcher.search(query, limit=limit, offset=offset, order=criteria.order(price))

    text = exact_query(searcher, criteria.text) if criteria.text.strip() else Query.all_query()
    hits = page(text)
    if not hits.total and criteria.text.strip():
        text = _read_until_found(searcher, criteria.text)
        hits = page(text)
    return Results(
        products=[priced(json.loads(searcher.product(address)), criteria.currency) for address in hits.addresses],
        facets=compute_facets(searcher, text, criteria, price=price, tree=tree),
        total=hits.total,
    )


def _compared_price(searcher: Searcher, currency: str | None) -> ComparedPrice:
    # A generation of an older schema is answered from as before, until the new code has made the index again.
    if currency is None or not searcher.has_prices_by_currency:
        return FirstPrice(currency=currency)
    return PriceInCurrency(currency=currency)


def _read_until_found(searcher: Searcher, text: str) -> Query:
    # Decided by the text alone: a filter that leaves nothing says that there is nothing, not that it is misspelt.
    for read in (exact_query, forgiving_query):
        query = read(searcher, text)
        if searcher.search(query, limit=1).total:
            return query
    return loose_query(searcher, text)
