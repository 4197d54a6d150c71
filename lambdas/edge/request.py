"""What a handler may know of the HTTP request."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from edge import problem
from edge.authorization import ANONYMOUS, Principal
from edge.json_text import UnreadableJsonError, parse_json

JSON = "application/json"
NDJSON = "application/x-ndjson"
MAXIMUM_BODY_BYTES = 102_400
"""Largest JSON body read unless a route says otherwise: what it becomes must fit into one event."""

_CORRELATION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:=/+-]{0,127}\Z")


@dataclass(frozen=True, kw_only=True)
class Request:
    """One HTTP request.

    Attributes:
        method: in capitals.
        path: without the stage.
        route_key: the API's route that matched, e.g. ``GET /v1/products/{id}``.
        headers: by name in lower case; repeated ones joined by commas.
        query: by name; repeated ones joined by commas, see ``values``.
        id: the API's id of the request, by which its access log knows it.
        correlation_id: the caller's ``x-correlation-id`` when it is harmless, else the request's own id.
        principal: who calls.
    """

    method: str
    path: str
    route_key: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    id: str
    correlation_id: str
    principal: Principal = ANONYMOUS
    _raw_query: str = field(default="", repr=False)
    _body: str = field(default="", repr=False)
    _is_base64: bool = field(default=False, repr=False)

    @classmethod
    def from_event(cls, event: Mapping[str, object]) -> Request:
        """Read an event of an HTTP API (payload format 2.0)."""
        context = _mapping(event.get("requestContext"))
        http = _mapping(context.get("http"))
        headers = {name.lower(): str(value) for name, value in _mapping(event.get("headers")).items()}
        given = headers.get("x-correlation-id", "")
        request_id = str(context.get("requestId") or "unknown")
        return cls(
            method=str(http.get("method", "")).upper(),
            path=str(event.get("rawPath", "")),
            route_key=str(event.get("routeKey", "")),
            headers=headers,
            query={name: _encodable(value) for name, value in _mapping(event.get("queryStringParameters")).items()},
            id=request_id,
            correlation_id=given if _CORRELATION_ID.match(given) else request_id,
            _raw_query=str(event.get("rawQueryString") or ""),
            _body=str(event.get("body") or ""),
            _is_base64=event.get("isBase64Encoded") is True,
        )

    @property
    def content_type(self) -> str | None:
        """The media type of the body, lower case and without parameters."""
        header = self.headers.get("content-type")
        return header.split(";", 1)[0].strip().lower() if header else None

    @property
    def has_body(self) -> bool:
        """Whether anything was sent."""
        return bool(self._body)

    @property
    def body_bytes(self) -> bytes:
        """The body as it was sent.

        Raises:
            UnicodeError: it holds half of a surrogate pair.
            binascii.Error: API Gateway said that it is base64, and it is not.
        """
        return base64.b64decode(self._body, validate=True) if self._is_base64 else self._body.encode()

    def text(self, *, allowed: Sequence[str] = (JSON,), maximum_bytes: int = MAXIMUM_BODY_BYTES) -> str:
        """Give the body as text.

        Args:
            allowed: the content types that the route reads.
            maximum_bytes: largest body read.

        Raises:
            Problem: 415 for another content type, 413 for a larger body, 400 when it is not UTF-8.
        """
        if self.content_type not in allowed:
            raise problem.unsupported_media_type(given=self.content_type, allowed=allowed)
        try:
            raw = self.body_bytes
            if len(raw) > maximum_bytes:
                raise problem.content_too_large(size=len(raw), maximum=maximum_bytes)
            return raw.decode()
        except (UnicodeError, binascii.Error) as error:
            raise problem.bad_request("the body is not UTF-8 text", kind="unreadable-body") from error

    def json(self, *, maximum_bytes: int = MAXIMUM_BODY_BYTES) -> object:
        """Give the parsed JSON body.

        Raises:
            Problem: as ``text``, and 400 when it is not JSON or JSON that readers disagree on.
        """
        try:
            return parse_json(self.text(maximum_bytes=maximum_bytes))
        except UnreadableJsonError as error:
            raise problem.bad_request(f"the body is not readable JSON: {error}", kind="unreadable-body") from error

    def limit(self, *, default: int = 24, maximum: int = 100) -> int:
        """Give the query parameter ``limit``.

        Raises:
            Problem: 422 when it is not an integer from 1 to ``maximum``.
        """
        return self.integer("limit", minimum=1, maximum=maximum, default=default)

    def values(self, name: str) -> Sequence[str]:
        """Give a query parameter that may be repeated: ``?tag=new&tag=sale``. A comma in a value separates nothing.

        Costs reading the query string again: API Gateway joins repeated ones by commas, which values may hold as well.
        """
        return [_encodable(value) for value in parse_qs(self._raw_query, keep_blank_values=True).get(name, [])]

    def integer(self, name: str, *, minimum: int, maximum: int, default: int) -> int:
        """Give a query parameter that is an integer.

        Raises:
            Problem: 422 when it is not one from ``minimum`` to ``maximum``.
        """
        given = self.query.get(name)
        if given is None:
            return default
        # No int() of what has too many digits: it is slow, then refused.
        if re.fullmatch(r"-?[0-9]{1,18}", given, re.ASCII) and minimum <= int(given) <= maximum:
            return int(given)
        raise problem.invalid(
            problem.InputError(
                parameter=name,
                detail=f"is {given[:50]!r}; must be an integer from {minimum} to {maximum}",
                code="integer_out_of_range",
            )
        )


def _encodable(value: object) -> str:
    # Half of a surrogate pair would reach the table, which cannot encode it.
    return str(value).encode("utf-8", "replace").decode()


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
