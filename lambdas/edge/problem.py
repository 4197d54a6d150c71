"""Problem documents (RFC 9457): what a client gets instead of what it asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:problem-type:storefront:"
MAXIMUM_ERRORS = 20
"""Faults listed in one problem: enough to repair an input, too few to flood a client."""


@dataclass(frozen=True, kw_only=True)
class InputError:
    """One fault of an input.

    Attributes:
        detail: what is wrong and what is allowed.
        pointer: RFC 6901 JSON pointer into the body, ``""`` for the whole of it; None when it is not about the body.
        parameter: name of the query or path parameter or of the header at fault.
        code: a short name of the fault for programs, e.g. ``missing``.
    """

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    code: str | None = None

    def document(self) -> dict[str, str]:
        """Give the members that are known."""
        members = {"pointer": self.pointer, "parameter": self.parameter, "code": self.code, "detail": self.detail}
        return {name: value for name, value in members.items() if value is not None}


class Problem(Exception):  # noqa: N818  # the name that RFC 9457 gives it
    """An answer that ends a request early.

    Args:
        status: HTTP status, 400 to 599.
        kind: what went wrong, as a stable slug: the end of the problem's ``type``.
        detail: what went wrong this time, with the value at fault and what is allowed.
        errors: the single faults of an invalid input.
        headers: further response headers, e.g. ``Retry-After``.
    """

    def __init__(
        self,
        status: HTTPStatus,
        kind: str,
        detail: str,
        *,
        errors: Sequence[InputError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def document(self) -> dict[str, object]:
        """Give the problem document's members."""
        members: dict[str, object] = {
            "type": TYPE_PREFIX + self.kind,
            "title": self.kind.replace("-", " ").capitalize(),
            "status": int(self.status),
            "detail": self.detail,
        }
        if self.errors:
            members["errors"] = [error.document() for error in self.errors[:MAXIMUM_ERRORS]]
        return members

    def body(self) -> str:
        """Give the problem document as JSON, in ASCII: a detail may quote what no encoding can carry."""
        return json.dumps(self.document(), separators=(",", ":"))


def bad_request(detail: str, *, kind: str = "bad-request") -> Problem:
    """400: the request cannot be read at all."""
    return Problem(HTTPStatus.BAD_REQUEST, kind, detail)


def unauthorized(detail: str, *, token_given: bool) -> Problem:
    """401: there is no bearer token or none that holds."""
    challenge = 'Bearer error="invalid_token"' if token_given else "Bearer"
    return Problem(HTTPStatus.UNAUTHORIZED, "unauthorized", detail, headers={"WWW-Authenticate": challenge})


def forbidden(detail: str, *, scopes: Sequence[str] = ()) -> Problem:
    """403: the caller may not do this; ``scopes`` would let it."""
    challenge = f'Bearer error="insufficient_scope", scope="{" ".join(scopes)}"'
    return Problem(HTTPStatus.FORBIDDEN, "forbidden", detail, headers={"WWW-Authenticate": challenge} if scopes else {})


def not_found(detail: str) -> Problem:
    """404: there is no such thing, or the caller may not know of it."""
    return Problem(HTTPStatus.NOT_FOUND, "not-found", detail)


def conflict(detail: str, *, kind: str = "conflict") -> Problem:
    """409: the request contradicts the state of things."""
    return Problem(HTTPStatus.CONFLICT, kind, detail)


def precondition_failed(detail: str) -> Problem:
    """412: If-Match or If-None-Match does not hold: read again, then write."""
    return Problem(HTTPStatus.PRECONDITION_FAILED, "precondition-failed", detail)


def content_too_large(*, size: int, maximum: int) -> Problem:
    """413: the body, or one part of it, has more bytes than are read."""
    detail = f"the body has {size} bytes; {maximum} are allowed"
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "content-too-large", detail)


def unsupported_media_type(*, given: str | None, allowed: Sequence[str]) -> Problem:
    """415: the body is of a type that the route does not read."""
    detail = f"content type {given!r} is not read here; send {' or '.join(allowed)}"
    return Problem(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail, headers={"Accept": ", ".join(allowed)}
    )


def invalid(*errors: InputError, detail: str | None = None) -> Problem:
    """422: the request was read, and this is what is wrong in it."""
    summary = detail or ("one value is invalid" if len(errors) == 1 else f"{len(errors)} values are invalid")
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-input", summary, errors=errors)


def service_unavailable(detail: str, *, retry_after_seconds: int = 1) -> Problem:
    """503: not now; the same request may succeed after some seconds."""
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "service-unavailable",
        detail,
        headers={"Retry-After": str(retry_after_seconds)},
    )


def internal_error() -> Problem:
    """500: our mistake; the log knows more."""
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error", "an unexpected error occurred; it was recorded")
