"""What is answered in a handler's place, as problem+json (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus

from .http_answer import Answer


def problem(status: HTTPStatus, detail: str, *, retry_after: int | None = None) -> Answer:
    """Give an answer that says what is wrong.

    Args:
        status: HTTP status.
        detail: For the client; nothing of the inside.
        retry_after: Seconds after which to try again.
    """
    headers = [("content-type", "application/problem+json"), ("cache-control", "no-store")]
    if retry_after is not None:
        headers.append(("retry-after", str(retry_after)))
    document = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
    return Answer(status=int(status), headers=tuple(headers), body=json.dumps(document).encode())
