"""The query parameters of a search, checked all at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from edge.problem import InputError, Problem, invalid
from edge.request import Request
from search.criteria import LARGEST_AMOUNT, LONGEST_TEXT, Criteria, Sort

LONGEST_FILTER = 200
MOST_VALUES = 20
"""Values of one filter."""
USUAL_SUGGESTIONS, MOST_SUGGESTIONS = 5, 20
USUAL_RELATED, MOST_RELATED = 8, 24

ValueT = TypeVar("ValueT")


def read_parameters(request: Request) -> tuple[Criteria, int]:
    """Give what a request searches for, and the size of a page.

    A text parameter that is empty or blank counts as left out.

    Raises:
        Problem: 422 that names every parameter at fault, with what is allowed.
    """
    errors: list[InputError] = []
    criteria = Criteria(
        text=_checked(errors, lambda: _text(request, "q", longest=LONGEST_TEXT)) or "",
        category=_checked(errors, lambda: _values(request, "category")) or (),
        brand=_checked(errors, lambda: _values(request, "brand")) or (),
        tag=_checked(errors, lambda: _values(request, "tag")) or (),
        currency=_checked(errors, lambda: _currency(request)),
        min_price=_checked(errors, lambda: _amount(request, "min_price")),
        max_price=_checked(errors, lambda: _amount(request, "max_price")),
        sort=_checked(errors, lambda: _sort(request)) or Sort.RELEVANCE,
    )
    limit = _checked(errors, request.limit)
    if criteria.min_price is not None and criteria.max_price is not None and criteria.min_price > criteria.max_price:
        errors.append(
            InputError(
                parameter="min_price",
                detail=f"is {criteria.min_price}; must not exceed max_price, which is {criteria.max_price}",
                code="empty_range",
            )
        )
    if errors or limit is None:
        raise invalid(*errors)
    return criteria, limit


def read_typed_text(request: Request) -> tuple[str, int]:
    """Give what suggestions are asked for, empty when nothing was typed yet, and how many of each kind.

    Raises:
        Problem: 422 that names every parameter at fault, with what is allowed.
    """
    errors: list[InputError] = []
    text = _checked(errors, lambda: _text(request, "q", longest=LONGEST_TEXT)) or ""
    limit = _checked(errors, lambda: request.limit(default=USUAL_SUGGESTIONS, maximum=MOST_SUGGESTIONS))
    if errors or limit is None:
        raise invalid(*errors)
    return text, limit


def _checked(errors: list[InputError], read: Callable[[], ValueT | None]) -> ValueT | None:
    try:
        return read()
    except Problem as problem:
        errors.extend(problem.errors)
        return None


def _text(request: Request, name: str, *, longest: int = LONGEST_FILTER) -> str | None:
    return _short(name, request.query.get(name, ""), longest=longest)


def _values(request: Request, name: str) -> tuple[str, ...]:
    """The values of a filter that may be sent several times: each once, in one order."""
    given = {_short(name, value, longest=LONGEST_FILTER) for value in request.values(name)} - {None}
    if len(given) > MOST_VALUES:
        detail = f"is sent with {len(given)} values; at most {MOST_VALUES} are allowed"
        raise invalid(InputError(parameter=name, detail=detail, code="too_many"))
    return tuple(sorted(value for value in given if value is not None))


def _short(name: str, given: str, *, longest: int) -> str | None:
    if len(given) > longest:
        detail = f"has {len(given)} characters; at most {longest} are allowed"
        raise invalid(InputError(parameter=name, detail=detail, code="too_long"))
    return given if given.strip() else None


def _currency(request: Request) -> str | None:
    given = _text(request, "currency")
    if given is not None and not re.fullmatch("[A-Z]{3}", given):
        detail = f"is {given[:50]!r}; must be an ISO 4217 code such as USD"
        raise invalid(InputError(parameter="currency", detail=detail, code="unknown_currency"))
    return given


def _amount(request: Request, name: str) -> int | None:
    if name not in request.query:
        return None
    return request.integer(name, minimum=0, maximum=LARGEST_AMOUNT, default=0)


def _sort(request: Request) -> Sort:
    given = request.query.get("sort", Sort.RELEVANCE)
    if given not in set(Sort):
        detail = f"is {given[:50]!r}; must be one of {', '.join(Sort)}"
        raise invalid(InputError(parameter="sort", detail=detail, code="unknown_sort"))
    return Sort(given)
