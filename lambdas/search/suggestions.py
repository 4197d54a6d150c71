"""Suggestions while somebody types: the last word completed, and categories and products that it leads to."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tantivy import Occur, Query

from search.engine import Searcher
from search.facets import count_values
from search.schema import index_schema, plain_analyzer
from search.spelling import slips_allowed, slips_of_beginning
from search.text_query import exact_query, forgiving_query, has_meaning

_LAST_WORD = re.compile(r"[^\W_]*\Z")
_CANDIDATES = 200
"""Words looked at before those that are no suggestion are left out: a bound on the work, far above any limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """What somebody may be about to type.

    Attributes:
        queries: texts to search for, and how many products have their last word in name, category, brand or tags.
        categories: categories that begin so, and how many products are in them.
        products: ids and names of products.
    """

    queries: Sequence[tuple[str, int]] = ()
    categories: Sequence[tuple[str, int]] = ()
    products: Sequence[tuple[str, str]] = ()


def suggest(searcher: Searcher, text: str, *, limit: int) -> Suggestions:
    """Complete a text. Beginnings as typed come alone; only if there are none, slips of the finger are allowed for.

    Args:
        searcher: the generation; what is not in it, such as a draft, is never suggested.
        text: what was typed so far; after a space the next word is suggested.
        limit: suggestions of each kind at most, 1 or more.
    """
    typed = _Typed.read(searcher, text)
    if typed is None:
        return Suggestions()
    slips, begun = 0, typed.begun(slips=0)
    if not searcher.search(begun, limit=1).total:
        slips = slips_allowed(typed.word)
        if not slips:
            return Suggestions()
        begun = typed.begun(slips=slips)
    return Suggestions(
        queries=_queries(searcher, typed, begun, slips=slips)[:limit],
        categories=_categories(searcher, typed, begun, slips=slips)[:limit],
        products=_products(searcher, text, begun, limit=limit),
    )


@dataclass(frozen=True, kw_only=True)
class _Typed:
    """A text, taken apart.

    Attributes:
        head: all but its last word, as it was typed.
        word: its last word as the index has words; empty after a space.
        among: the products that have the words of the head.
    """

    head: str
    word: str
    among: Query

    @classmethod
    def read(cls, searcher: Searcher, text: str) -> _Typed | None:
        end = _LAST_WORD.search(text)
        start = end.start() if end else len(text)
        head, words = text[:start], plain_analyzer().analyze(text[start:])
        if not words and not plain_analyzer().analyze(head):
            return None
        return cls(head=head, word=words[-1] if words else "", among=_products_with(searcher, head))

    def begun(self, *, slips: int) -> Query:
        """Give the query for products that have the words of the head, and one that begins like the last."""
        if not self.word:
            return self.among
        last = Query.fuzzy_term_query(index_schema(), "words", self.word, distance=slips, prefix=True)
        return Query.boolean_query([(Occur.Must, self.among), (Occur.Must, last)])

    @cached_property
    def head_words(self) -> frozenset[str]:
        return frozenset(plain_analyzer().analyze(self.head))


def _products_with(searcher: Searcher, head: str) -> Query:
    if not plain_analyzer().analyze(head):
        return Query.all_query()
    exact = exact_query(searcher, head)
    return exact if searcher.search(exact, limit=1).total else forgiving_query(searcher, head)


def _queries(searcher: Searcher, typed: _Typed, begun: Query, *, slips: int) -> Sequence[tuple[str, int]]:
    found = _misspelt(searcher, typed.word, begun, slips=slips) if slips else _completed(searcher, typed)
    return [(typed.head + word, count) for word, count in found if word not in typed.head_words and has_meaning(word)]


def _completed(searcher: Searcher, typed: _Typed) -> Sequence[tuple[str, int]]:
    return searcher.completions(typed.word, among=typed.among, limit=_CANDIDATES)


def _misspelt(searcher: Searcher, word: str, begun: Query, *, slips: int) -> Sequence[tuple[str, int]]:
    # The first letter is hardly ever the wrong one, and without it every word of these products would be compared.
    near = [
        (slips_of_beginning(word, candidate), -count, candidate)
        for candidate, count in searcher.completions(word[0], among=begun, limit=_CANDIDATES)
    ]
    return [(candidate, -count) for distance, count, candidate in sorted(near) if distance <= slips]


def _categories(searcher: Searcher, typed: _Typed, begun: Query, *, slips: int) -> Sequence[tuple[str, int]]:
    def is_meant(category: str) -> bool:
        words = plain_analyzer().analyze(category)
        begins = not typed.word or any(slips_of_beginning(typed.word, word) <= slips for word in words)
        return begins and typed.head_words <= set(words)

    return [each for each in count_values(searcher, begun, "category") if is_meant(each[0])]


def _products(searcher: Searcher, text: str, begun: Query, *, limit: int) -> Sequence[tuple[str, str]]:
    # All begin so; first come those in which what was typed is a word already.
    ranked = Query.boolean_query([(Occur.Must, begun), (Occur.Should, exact_query(searcher, text))])
    hits = searcher.search(ranked, limit=limit)
    products = [json.loads(searcher.product(address)) for address in hits.addresses]
    return [(product["id"], product["name"]) for product in products]
