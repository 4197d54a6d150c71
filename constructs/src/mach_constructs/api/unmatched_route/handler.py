"""Answers unknown paths, and known paths with a method nobody serves, as problem+json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypedDict


class RequestHttp(TypedDict):
    """Where a request went."""

    method: str
    path: str


class RequestContext(TypedDict):
    """What the gateway knows about a request."""

    http: RequestHttp


class Request(TypedDict):
    """The part of an HTTP API event (payload 2.0) that matters here."""

    requestContext: RequestContext


class Response(TypedDict):
    """An HTTP API response."""

    statusCode: int
    headers: Mapping[str, str]
    body: str


def handler(event: Request, _context: object) -> Response:
    """Answer 404: the gateway does not say whether another method would have matched."""
    http = event["requestContext"]["http"]
    problem = {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": f"There is no {http['method']} {http['path']}.",
    }
    return {
        "statusCode": 404,
        "headers": {"content-type": "application/problem+json"},
        "body": json.dumps(problem, ensure_ascii=False),
    }
