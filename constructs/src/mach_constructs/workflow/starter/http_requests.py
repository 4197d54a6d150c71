"""Requests of an HTTP API: to start an execution, and to tell how one fares."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from .executions import LARGEST_INPUT, OtherInputError, UnavailableError, as_json, describe, name_for, start

Request: TypeAlias = Mapping[str, Any]
"""An HTTP API event of payload format 2.0."""

Response: TypeAlias = dict[str, object]
"""An HTTP API response."""

_LOGGER = logging.getLogger(__name__)
_LONGEST_KEY = 255
_TITLES = {
    400: "Bad Request",
    404: "Not Found",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    503: "Service Unavailable",
}


class ProblemError(Exception):
    """An answer that is a problem (RFC 9457)."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers


def answer(request: Request) -> Response:
    """Answer a request: 202 for a start, 200 for a status, or a problem."""
    try:
        if request["requestContext"]["http"]["method"] == "GET":
            return _status(request)
        return _start(request)
    except ProblemError as problem:
        body = {
            "type": "about:blank",
            "title": _TITLES[problem.status],
            "status": problem.status,
            "detail": problem.detail,
        }
        headers = {name.replace("_", "-"): value for name, value in problem.headers.items()}
        return _response(problem.status, body, {"content-type": "application/problem+json", **headers})


def _start(request: Request) -> Response:
    execution_input = {"data": _body(request), "metadata": _metadata(request)}
    if len(as_json(execution_input).encode()) > LARGEST_INPUT:
        raise ProblemError(413, f"The body must be at most {LARGEST_INPUT // 1024} KiB.")
    name = name_for("request", _identity(request))
    try:
        start(name, execution_input)
    except OtherInputError:
        raise ProblemError(422, "This Idempotency-Key was used with another request.") from None
    except UnavailableError:
        raise ProblemError(503, "Too much is being started at once.", retry_after="5") from None
    _LOGGER.info("Execution is started", extra={"execution": name})
    location = f"{request['rawPath'].rstrip('/')}/{name}"
    return _response(202, {"id": name, "status": "running"}, {"location": location})


def _status(request: Request) -> Response:
    name = (request.get("pathParameters") or {}).get("execution_id", "")
    execution = describe(name) if name.startswith("request-") else None
    if execution is None or _metadata_of(execution["input"]).get("subject") != _subject(request):
        raise ProblemError(404, f"There is no {request['rawPath']}.")
    status: dict[str, object] = {"id": name, "status": execution["status"].lower()}
    if "error" in execution:
        status["error"] = execution["error"]
    return _response(200, status, {"cache-control": "no-store"})


def _body(request: Request) -> object:
    media_type = _header(request, "content-type").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise ProblemError(415, "The body must be application/json.")
    text = request.get("body") or ""
    try:
        if request.get("isBase64Encoded"):
            text = base64.b64decode(text, validate=True).decode()
        body = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, binascii.Error, RecursionError):
        raise ProblemError(400, "The body must be JSON.") from None
    if not isinstance(body, dict):
        raise ProblemError(400, "The body must be a JSON object.")
    return body


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _metadata(request: Request) -> dict[str, object]:
    return {
        "correlation_id": request["requestContext"]["requestId"],
        "occurred_at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "path_parameters": dict(request.get("pathParameters") or {}),
        "subject": _subject(request),
    }


def _metadata_of(execution_input: str) -> Mapping[str, object]:
    metadata = json.loads(execution_input).get("metadata")
    return metadata if isinstance(metadata, Mapping) else {}


def _identity(request: Request) -> str:
    key = _header(request, "idempotency-key")
    if not key:
        return uuid.uuid4().hex
    if len(key) > _LONGEST_KEY:
        raise ProblemError(400, f"The Idempotency-Key must be at most {_LONGEST_KEY} characters.")
    # With blanks it is never taken for a name that needs no hash: another caller's key gives another execution.
    return "\n".join((_subject(request) or "", request["rawPath"], key))


def _subject(request: Request) -> str | None:
    authorizer = request["requestContext"].get("authorizer") or {}
    subject = (authorizer.get("jwt") or {}).get("claims", {}).get("sub")
    return subject if isinstance(subject, str) else None


def _header(request: Request, name: str) -> str:
    value = (request.get("headers") or {}).get(name, "")
    return value if isinstance(value, str) else ""


def _response(status: int, body: Mapping[str, object], headers: Mapping[str, str]) -> Response:
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", **headers},
        "body": json.dumps(body, ensure_ascii=False),
    }
