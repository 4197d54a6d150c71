"""The search API: searches, suggestions and related products."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from aws_lambda_powertools.event_handler import Response

from edge.application import HttpApplication
from edge.entity_tag import strong_tag
from edge.problem import not_found, service_unavailable
from edge.request import Request
from edge.response import cached_json_response, json_response, json_text
from search import environment
from search.facets import place
from search.paging import find_page
from search.parameters import MOST_RELATED, USUAL_RELATED, read_parameters, read_typed_text
from search.reader import IndexUnavailableError
from search.related import find_related
from search.suggestions import Suggestions, suggest

CACHED = "public, max-age=60"
"""Of what is asked for again and again and is no worse for being a minute old."""

AnswerT = TypeVar("AnswerT")

handler = HttpApplication()


@handler.get("/v1/search")
def search(request: Request) -> Response[str]:
    """Answer one page of a search: its items, the facets and total of all matches, and the cursor of the next page."""
    criteria, limit = read_parameters(request)
    cursor = request.query.get("cursor")
    results, following = _available(
        lambda: find_page(environment.reader(), criteria, tree=environment.categories_seen, limit=limit, cursor=cursor)
    )
    return json_response(
        {"items": results.products, "facets": results.facets, "total": results.total, "next": following}
    )


@handler.get("/v1/search/suggestions")
def complete(request: Request) -> Response[str]:
    """Answer what somebody may be about to type."""
    text, limit = read_typed_text(request)
    tree = environment.categories_seen()
    current = _available(lambda: environment.reader().current())
    found = suggest(current.searcher, text, limit=limit) if current else Suggestions()
    return _cached(
        request,
        {
            "queries": [{"text": query, "count": count} for query, count in found.queries],
            "categories": [
                {"value": category, "count": count} | place(category, tree) for category, count in found.categories
            ],
            "products": [{"id": product, "name": name} for product, name in found.products],
        },
    )


@handler.get("/v1/products/<id>/related")
def related(request: Request, id: str) -> Response[str]:
    """Answer the products that are most like another one."""
    limit = request.limit(default=USUAL_RELATED, maximum=MOST_RELATED)
    current = _available(lambda: environment.reader().current())
    products = find_related(current.searcher, id, limit=limit) if current else None
    if products is None:
        raise not_found(f"there is no product {id[:64]!r}")
    return _cached(request, {"items": products})


def _available(ask: Callable[[], AnswerT]) -> AnswerT:
    try:
        return ask()
    except IndexUnavailableError as error:
        handler.logger.exception("the index cannot be opened; it has to be rebuilt", exc_info=error)
        raise service_unavailable("the search index is being rebuilt", retry_after_seconds=5) from error


def _cached(request: Request, body: object) -> Response[str]:
    text = json_text(body)
    tag = strong_tag(sha256(text.encode()).hexdigest()[:32])
    return cached_json_response(request, text, entity_tag=tag, cache_control=CACHED)
