"""The answers that handlers give."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from edge.entity_tag import is_unmodified
from edge.request import JSON, Request

NOT_STORED = "no-store"
REVALIDATED = "no-cache"
"""A cache may keep the answer but asks us, by its entity tag, before it uses it again."""

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}


def json_text(value: object) -> str:
    """Give a value as compact JSON text."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def json_response(
    body: object, *, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response[str]:
    """Give an answer with a JSON body.

    Args:
        body: what ``json`` can write; a string is taken for JSON text already.
        status: HTTP status.
        headers: further headers.
    """
    text = body if isinstance(body, str) else json_text(body)
    return Response(status_code=status.value, content_type=JSON, body=text, headers=dict(headers or {}))


def cached_json_response(
    request: Request, body: object, *, entity_tag: str, cache_control: str = REVALIDATED
) -> Response[str]:
    """Give an answer to a read that caches may keep: 304 when the client's If-None-Match names the tag.

    Args:
        request: the read.
        body: as in ``json_response``.
        entity_tag: strong tag of the body.
        cache_control: who may keep it and for how long.

    Raises:
        Problem: 400 when If-None-Match cannot be read.
    """
    headers = {"ETag": entity_tag, "Cache-Control": cache_control}
    if is_unmodified(request.headers, current=entity_tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED.value, headers=headers)
    return json_response(body, headers=headers)


def no_content(*, headers: Mapping[str, str] | None = None) -> Response[str]:
    """Give an answer without a body: it is done."""
    return Response(status_code=HTTPStatus.NO_CONTENT.value, headers=dict(headers or {}))
