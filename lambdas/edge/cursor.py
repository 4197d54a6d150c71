"""Opaque cursors: where the next page of a list begins."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, TypeAlias

from edge import problem

if TYPE_CHECKING:
    from edge.request import Request

Position: TypeAlias = Sequence[str | int | None]
"""What a query needs to go on, e.g. the sort keys of the last item shown."""

MAXIMUM_LENGTH = 2048
_CHECKSUM_BYTES = 12


def encode_cursor(position: Position, *, query: str) -> str:
    """Give the cursor of a position, of URL-safe characters.

    Its checksum covers the query, so that a cursor altered, cut or carried to another query is refused. It is no secret
    and no signature: let a position hold nothing that the client may not see or choose.

    Args:
        position: where the next page begins.
        query: what selects and orders the list, e.g. ``"products?category=shoes"``; neither limit nor cursor.
    """
    payload = json.dumps(list(position), separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_checksum(payload, query) + payload).rstrip(b"=").decode()


def decode_cursor(cursor: str, *, query: str) -> tuple[str | int | None, ...]:
    """Give the position that ``encode_cursor`` was given for the same query.

    Raises:
        Problem: 422 when the cursor is not one of this query's.
    """
    if len(cursor) > MAXIMUM_LENGTH:
        raise _unknown_cursor()
    try:
        # The decoder skips characters it does not know and ignores spare bits: only the one true spelling is taken.
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != cursor:
            raise _unknown_cursor()
        checksum, payload = raw[:_CHECKSUM_BYTES], raw[_CHECKSUM_BYTES:]
        if checksum != _checksum(payload, query):
            raise _unknown_cursor()
        return tuple(json.loads(payload))
    except (ValueError, TypeError, RecursionError) as error:
        raise _unknown_cursor() from error


def requested_position(request: Request, *, query: str, kinds: Sequence[type]) -> tuple[str | int | None, ...] | None:
    """Give the position of the request's cursor, or None when it has none and the list begins.

    The checksum is no signature: whoever read this code can make a cursor, so its position is looked at first.

    Args:
        request: what was sent.
        query: as in ``encode_cursor``.
        kinds: of the position's parts, in order: ``str``, or ``int`` for one that is not negative.

    Raises:
        Problem: 422 when the cursor is not one of this query's, or has another kind of position.
    """
    cursor = request.query.get("cursor")
    if cursor is None:
        return None
    position = decode_cursor(cursor, query=query)
    if [type(part) for part in position] != list(kinds) or any(type(part) is int and part < 0 for part in position):
        raise _unknown_cursor()
    return position


def _checksum(payload: bytes, query: str) -> bytes:
    return blake2b(payload, digest_size=_CHECKSUM_BYTES, key=blake2b(query.encode(errors="replace")).digest()).digest()


def _unknown_cursor() -> problem.Problem:
    return problem.invalid(
        problem.InputError(
            parameter="cursor",
            detail="must be the value of next in the page before, with the other parameters unchanged",
            code="unknown_cursor",
        )
    )
