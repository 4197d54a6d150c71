"""A route for signed calls refuses a call with another kind of Authorization header.

The emulator takes the caller of an HTTP API for the account's root user when the header is no signature, such as a
bearer token, and lets it through. API Gateway answers 403.
"""

import json
from http import HTTPStatus
from typing import Any

from ministack import app

SIGNATURE = "AWS4-HMAC-SHA256 "
FORBIDDEN = (
    HTTPStatus.FORBIDDEN.value,
    {"Content-Type": "application/json"},
    json.dumps({"message": "Forbidden"}).encode(),
)


def install() -> None:
    """Replaces how the emulator lets calls of APIs through."""
    for name in ("_enforce_execute_api", "_execute_api_authorization_type"):
        if not callable(getattr(app, name, None)):
            raise RuntimeError(f"ministack changed: its app has no {name}")
    enforce = app._enforce_execute_api

    def enforce_signature(
        api_id: str, stage: str, method: str, path: str, headers: dict[str, str], *rest: Any, **options: Any
    ) -> Any:
        given = headers.get("authorization", "")
        if given and not given.startswith(SIGNATURE):
            kind = app._execute_api_authorization_type(api_id, stage, method, path)
            if kind == "AWS_IAM":
                return FORBIDDEN
        return enforce(api_id, stage, method, path, headers, *rest, **options)

    app._enforce_execute_api = enforce_signature
