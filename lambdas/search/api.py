"""The search API: `GET /v1/search`."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from edge.application import HttpApplication
from edge.problem import service_unavailable
from edge.request import Request
from edge.response import json_response
from search import environment
from search.paging import find_page
from search.parameters import read_parameters
from search.reader import IndexUnavailableError

handler = HttpApplication()


@handler.get("/v1/search")
def search(request: Request) -> Response[str]:
    """Answer one page of a search: its items, the facets and total of all matches, and the cursor of the next page."""
    criteria, limit = read_parameters(request)
    try:
        results, following = find_page(environment.reader(), criteria, limit=limit, cursor=request.query.get("cursor"))
    except IndexUnavailableError as error:
        handler.logger.exception("the index cannot be opened; invoke the events function with rebuild", exc_info=error)
        raise service_unavailable("the search index is being rebuilt", retry_after_seconds=5) from error
    return json_response(
        {"items": results.products, "facets": results.facets, "total": results.total, "next": following}
    )
