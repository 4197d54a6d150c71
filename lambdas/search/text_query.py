"""From what a shopper types to a query: every text has one, none is an error.

Words are matched by their stem in any field, all of them; `"several words"` in quotes stand next to each other; `-word`
must not occur; words like "the" count only for the ranking. Anything else is punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tantivy import Occur, Query

from search.engine import Searcher
from search.schema import index_schema, plain_analyzer, stemmed_analyzer, stop_word_analyzer
from search.spelling import slips_allowed
from search.word_circles import CIRCLES, TEXT_WEIGHTS

_CODE_BOOST = 20.0
_PREFIX_BOOST = 2.0
_PROSE_BOOST = 0.2
_SHORTEST_MISSPELT_IN_PROSE = 6
"""Descriptions have so many words that a short one is a slip away from some: "watch" from "match"."""
_OTHER_FIELDS_SHARE = 0.1
"""What a word's matches in further fields add to its best one: a product does not win by repeating itself."""

_PART = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


def exact_query(searcher: Searcher, text: str) -> Query:
    """Give the query for products of a generation in which all words occur."""
    return _query(searcher, text, forgiving=False)


def forgiving_query(searcher: Searcher, text: str) -> Query:
    """Give the query that also takes words that begin like the given ones or differ by a slip of the finger.

    One letter more, less, other or swapped with its neighbour counts as a slip in words of four letters or more, two in
    words of eight or more. Of three words or more, every third may be missing. For when the exact query finds nothing:
    it finds more than was meant.
    """
    return _query(searcher, text, forgiving=True)


def loose_query(searcher: Searcher, text: str) -> Query:
    """Give the query that takes what the forgiving one does, but needs one of the words only: better than nothing.

    Products with more of the words come first.
    """
    return _query(searcher, text, forgiving=True, words_needed=1)


def _query(searcher: Searcher, text: str, *, forgiving: bool, words_needed: int | None = None) -> Query:
    wanted: list[Query] = []
    ranking: list[Query] = []
    unwanted: list[Query] = []
    # A word that is repeated says nothing new, and costs as much as the first time.
    for part in {part[0].lower(): part for part in _PART.finditer(text)}.values():
        is_phrase = part["phrase"] is not None
        chunk = part["phrase"] if is_phrase else part["word"]
        clause = _chunk(searcher, chunk, is_phrase=is_phrase, forgiving=forgiving and not part["minus"])
        if clause is None:
            continue
        if part["minus"]:
            unwanted.append(clause)
        elif has_meaning(chunk):
            wanted.append(clause)
        else:
            ranking.append(clause)
    if not wanted:
        # Nothing but words like "the": then they are what is looked for.
        wanted, ranking = ranking, []
    if not wanted:
        wanted = [Query.all_query() if unwanted else Query.empty_query()]
    needed = words_needed or len(wanted) - (len(wanted) // 3 if forgiving else 0)
    found = _ranked(Query.boolean_query([(Occur.Should, clause) for clause in wanted], needed), by=ranking)
    return Query.boolean_query([(Occur.Must, found), *((Occur.MustNot, clause) for clause in unwanted)])


def _chunk(searcher: Searcher, chunk: str, *, is_phrase: bool, forgiving: bool) -> Query | None:
    stems, words = stemmed_analyzer().analyze(chunk), plain_analyzer().analyze(chunk)
    if not stems:
        return None
    if is_phrase and len(stems) > 1:
        return _best(
            [
                Query.boost_query(Query.phrase_query(index_schema(), field, list(stems)), boost)
                for field, boost in TEXT_WEIGHTS.items()
            ]
        )
    find_word = _forgiven if forgiving else _in_circles if searcher.has_word_circles else _in_any_text
    any_has_meaning = has_meaning(chunk)
    all_words = Query.boolean_query(
        [
            # The s of "women's" is no word that a product must have.
            (Occur.Must if has_meaning(word) or not any_has_meaning else Occur.Should, find_word(stem, word))
            for stem, word in zip(stems, words, strict=True)
        ]
    )
    # Hardly a word is a code, and tantivy takes long over an alternative even if nothing has it.
    if not searcher.has_code(chunk.lower()):
        return all_words
    code = Query.const_score_query(Query.term_query(index_schema(), "code", chunk.lower(), "basic"), _CODE_BOOST)
    return _best([code, all_words])


def _in_circles(stem: str, _spelling: str) -> Query:
    widest, *nearer = [
        Query.boost_query(Query.term_query(index_schema(), circle.field, stem, "basic"), circle.weight)
        for circle in reversed(CIRCLES)
    ]
    return _ranked(widest, by=nearer)


def _in_any_text(stem: str, _spelling: str) -> Query:
    return _best(_in_each_text(stem))


def _forgiven(stem: str, word: str) -> Query:
    schema = index_schema()
    prefix = Query.fuzzy_term_query(schema, "words", word, distance=0, prefix=True)
    matches = [*_in_each_text(stem), Query.boost_query(prefix, _PREFIX_BOOST)]
    if slips := slips_allowed(word):
        matches.append(Query.fuzzy_term_query(schema, "words", word, distance=slips))
    if len(word) >= _SHORTEST_MISSPELT_IN_PROSE:
        matches.extend(
            Query.boost_query(Query.fuzzy_term_query(schema, field, stem, distance=slips), _PROSE_BOOST)
            for field in ("details", "description")
        )
    return _best(matches)


def _in_each_text(stem: str) -> list[Query]:
    return [
        Query.boost_query(Query.term_query(index_schema(), field, stem, "freq"), boost)
        for field, boost in TEXT_WEIGHTS.items()
    ]


def has_meaning(chunk: str) -> bool:
    """Whether a text has a word that says something: not "the", not the s of "women's"."""
    return any(len(word) > 1 or word.isdigit() for word in stop_word_analyzer().analyze(chunk))


def _ranked(found: Query, *, by: Iterable[Query]) -> Query:
    # One inside the other: of a single optional query tantivy looks up the matches, of several it reads all that match.
    for each in by:
        found = Query.boolean_query([(Occur.Must, found), (Occur.Should, each)])
    return found


def _best(queries: Sequence[Query]) -> Query:
    return Query.disjunction_max_query(queries, tie_breaker=_OTHER_FIELDS_SHARE)
