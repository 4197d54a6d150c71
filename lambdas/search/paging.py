"""Pages of a search: a cursor holds the generation it was made in and how many matches came before.

Pages of one search so come from one state of the index, whatever is published meanwhile: every match of the first
page's moment is on exactly one of them. A generation stays open to cursors for 15 minutes after it was replaced; after
that a cursor goes on at its place in the current one, where products published since may have moved the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from edge.cursor import decode_cursor, encode_cursor
from edge.problem import InputError, invalid
from search.category_tree import CategoryTree
from search.criteria import Criteria
from search.facets import NO_FACETS
from search.reader import Reader
from search.results import Results, find

_GENERATION_NAME = re.compile(r"[0-9]{10,}-[0-9a-f]{16}")


def find_page(
    reader: Reader, criteria: Criteria, *, tree: Callable[[], CategoryTree], limit: int, cursor: str | None
) -> tuple[Results, str | None]:
    """Give one page and the cursor of the next, None on the last.

    Args:
        reader: gives the generations.
        criteria: what to search for.
        tree: gives the categories as they are now; asked once the cursor is found good. What moves in the tree between
            two pages may repeat or be missing.
        limit: matches on the page, 1 or more.
        cursor: of the page; None for the first.

    Raises:
        Problem: 422 when the cursor is not one of these criteria's.
        IndexUnavailableError: when the index has to be rebuilt first.
    """
    generation, offset = None, 0
    if cursor is not None:
        name, offset = _position(cursor, criteria)
        generation = reader.earlier(name)
    generation = generation or reader.current()
    if generation is None:
        return Results(products=[], facets=NO_FACETS, total=0), None
    results = find(generation.searcher, criteria, tree=tree(), limit=limit, offset=offset)
    seen = offset + len(results.products)
    if not results.products or seen >= results.total:
        return results, None
    return results, encode_cursor([generation.name, seen], query=_query(criteria))


def _position(cursor: str, criteria: Criteria) -> tuple[str, int]:
    match decode_cursor(cursor, query=_query(criteria)):
        # The checksum is no signature: what a stranger may have made up must not name any object or any number.
        case (str(name), int(offset)) if _GENERATION_NAME.fullmatch(name) and offset >= 0:
            return name, offset
    raise invalid(
        InputError(parameter="cursor", detail="must be the value of next in the page before", code="unknown_cursor")
    )


def _query(criteria: Criteria) -> str:
    return f"search?{criteria.fingerprint}"
