"""Requests that may be sent again: an Idempotency-Key whose answer is kept with the effect itself.

The answer is written in the transaction that has the effect, so there is no moment at which one exists without the
other, no lock to outlive a crash, and no request that must be told to wait: of twenty sent at once one commits, and the
others read what it answered.

    key = idempotency_key(request, owner=request.principal.subject or "")

    def write(_attempt: int) -> Response[str]:
        if (earlier := earlier_answer(table, key)) is not None:
            return earlier
        answer = json_response(document, status=HTTPStatus.CREATED)
        table.transact([Put(item=item, condition=ABSENT), *kept_answer(key, answer)])
        return answer

    return until_written(write, what="the cart")
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import cast

from aws_lambda_powertools.event_handler import Response

from edge import problem
from edge.request import Request
from store.operations import Condition, Put
from store.table import Table

RETENTION_SECONDS = 24 * 60 * 60
ANSWER = "ANSWER"

_KEY = re.compile(r"[\x21-\x7e]{1,255}\Z")


@dataclass(frozen=True, kw_only=True)
class IdempotencyKey:
    """A request's Idempotency-Key.

    Attributes:
        id: 64 hexadecimal digits, the same for the same key of the same owner on the same route: what to make ids of.
        fingerprint: of what was asked for.
    """

    id: str
    fingerprint: str


def idempotency_key(request: Request, *, owner: str) -> IdempotencyKey | None:
    """Give the key of a request, or None when it has none.

    Args:
        request: what was sent; its body must have been read as text before (a body that cannot be read has no effect).
        owner: whose key it is: the same key of another owner is another one. Who is nobody shares keys with all other
            nobodies, so let clients without a token make keys that cannot be guessed, such as UUIDs.

    Raises:
        Problem: 422 when the key is malformed.
    """
    given = request.headers.get("idempotency-key")
    if given is None:
        return None
    require_key(given)
    path = f"{request.route_key} {request.path}"
    fingerprint = sha256(request.body_bytes).hexdigest()
    return IdempotencyKey(id=sha256(f"{owner}\n{path}\n{given}".encode()).hexdigest(), fingerprint=fingerprint)


def earlier_answer(table: Table, key: IdempotencyKey | None) -> Response[str] | None:
    """Give the answer that was kept for a key, or None when there is none.

    Raises:
        Problem: 422 when the key was used for another body.
    """
    if key is None:
        return None
    kept = table.get(_partition(key), ANSWER, consistent=True)
    if kept is None or cast(int, kept["expires_at"]) < time.time():
        return None
    if kept["fingerprint"] != key.fingerprint:
        raise used_for_another_body()
    headers: Mapping[str, str] = json.loads(cast(str, kept["headers"]))
    body = cast("str | None", kept.get("body"))
    return Response(
        status_code=cast(int, kept["status"]),
        content_type=cast("str | None", kept.get("content_type")),
        body=body,
        headers=dict(headers),
    )


def kept_answer(key: IdempotencyKey | None, answer: Response[str]) -> Sequence[Put]:
    """Give the write that keeps an answer for a day, to be part of the transaction that has the effect.

    It fails when the key has an answer already: read that then. Without a key there is nothing to write.

    Args:
        key: the request's.
        answer: what is sent when the transaction commits, 300 kB at most.
    """
    if key is None:
        return []
    now = int(time.time())
    item = {
        "pk": _partition(key),
        "sk": ANSWER,
        "fingerprint": key.fingerprint,
        "status": answer.status_code,
        "headers": json.dumps(dict(answer.headers)),
        "expires_at": now + RETENTION_SECONDS,
    }
    item |= {
        name: value
        for name, value in (("body", answer.body), ("content_type", answer.content_type))
        if value is not None
    }
    is_free = Condition(expression="attribute_not_exists(pk) OR expires_at < :now", values={":now": now})
    return [Put(item=item, condition=is_free)]


def _partition(key: IdempotencyKey) -> str:
    return f"IDEMPOTENCY#{key.id}"


def require_key(given: str) -> None:
    """Refuse what is no Idempotency-Key.

    Raises:
        Problem: 422.
    """
    if not _KEY.match(given):
        raise _invalid_key("must be 1 to 255 visible ASCII characters")


def used_for_another_body() -> problem.Problem:
    """422: the same key came with something else."""
    return _invalid_key("was used for another body")


def _invalid_key(detail: str) -> problem.Problem:
    return problem.invalid(problem.InputError(parameter="Idempotency-Key", detail=detail, code="idempotency_key"))
