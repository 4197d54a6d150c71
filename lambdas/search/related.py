"""Products like another one: by the rare words that they share with it, its category and its brand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from tantivy import Occur, Query

from search.document import Document, Product
from search.engine import Searcher
from search.prices import priced
from search.schema import index_schema
from search.word_circles import TEXT_WEIGHTS, texts_of

_CATEGORY_BOOST = 2.0
_BRAND_BOOST = 1.0
_WORDS_COMPARED = 25
"""Of the product's words, those that tell it best from others; more cost time and add noise."""
_PRODUCTS_WITH_WORD = 2
"""A word that no other product has leads nowhere."""
_SHORTEST_WORD = 2


def find_related(searcher: Searcher, id: str, *, limit: int) -> Sequence[Product] | None:
    """Give the products most like another one, the most alike first; None when that is not in the index.

    Args:
        searcher: the generation.
        id: the product to compare with; it is never among the answers.
        limit: how many at most, 1 or more.
    """
    document = searcher.document(id)
    if document is None:
        return None
    hits = searcher.search(_like(searcher, document), limit=limit)
    return [priced(json.loads(searcher.product(address))) for address in hits.addresses]


def _like(searcher: Searcher, document: Document) -> Query:
    fields = document.fields()
    alike = [(Occur.Should, _shares_words(searcher, fields)), (Occur.Should, _has(fields, "category", _CATEGORY_BOOST))]
    if "brand" in fields:
        alike.append((Occur.Should, _has(fields, "brand", _BRAND_BOOST)))
    itself = Query.term_query(index_schema(), "id", document.id, "basic")
    return Query.boolean_query([*alike, (Occur.MustNot, itself)])


def _shares_words(searcher: Searcher, fields: Mapping[str, object]) -> Query:
    return Query.more_like_this_document_fields_query(
        index_schema(),
        {name: texts_of(fields[name]) for name in TEXT_WEIGHTS if name in fields},
        min_doc_frequency=_PRODUCTS_WITH_WORD,
        # Replaced products count until segments merge, and tantivy panics at a word in more products than there are.
        max_doc_frequency=searcher.size,
        min_term_frequency=1,
        max_query_terms=_WORDS_COMPARED,
        min_word_length=_SHORTEST_WORD,
    )


def _has(fields: Mapping[str, object], field: str, boost: float) -> Query:
    return Query.boost_query(Query.term_query(index_schema(), field, fields[field], "basic"), boost)
