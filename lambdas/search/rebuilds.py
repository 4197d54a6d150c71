"""Rebuilds, over HTTP: asked for under an id of the caller's, and looked at."""

from __future__ import annotations

import time
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from edge.application import HttpApplication
from edge.identifier import is_identifier, require_identifier
from edge.problem import not_found
from edge.request import Request
from edge.response import json_response
from search import environment
from search.rebuild import POLL_AFTER_SECONDS, Rebuild
from store.contention import until_written

handler = HttpApplication()


@handler.put("/v1/search/rebuilds/<rebuild_id>")
def request_rebuild(request: Request, rebuild_id: str) -> Response[str]:
    """Ask for the index to be made again from the catalog: 202, or 200 when that has ended."""
    require_identifier(rebuild_id, parameter="id")

    def write(_attempt: int) -> Rebuild:
        rebuild = environment.rebuilds().find(rebuild_id)
        if rebuild is None:
            rebuild = Rebuild(id=rebuild_id, requested_at=int(time.time()))
            environment.rebuilds().add(rebuild, correlation_id=request.correlation_id)
        return rebuild

    rebuild = until_written(write, what="the rebuild")
    return _answer(rebuild, status=HTTPStatus.OK if rebuild.is_finished else HTTPStatus.ACCEPTED)


@handler.get("/v1/search/rebuilds/<rebuild_id>")
def read_rebuild(_request: Request, rebuild_id: str) -> Response[str]:
    """Answer with how far a rebuild is."""
    rebuild = environment.rebuilds().find(rebuild_id) if is_identifier(rebuild_id) else None
    if rebuild is None:
        raise not_found(f"there is no rebuild {rebuild_id[:64]!r}; one is kept for 7 days")
    return _answer(rebuild)


def _answer(rebuild: Rebuild, *, status: HTTPStatus = HTTPStatus.OK) -> Response[str]:
    headers = {} if rebuild.is_finished else {"Retry-After": str(POLL_AFTER_SECONDS)}
    return json_response(rebuild.document(), status=status, headers=headers)
