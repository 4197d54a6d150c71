"""The claims of a bearer token that the gateway has verified, as its JWT authorizer hands them to Lambda."""

from __future__ import annotations

import base64
import binascii
import json


def authorizer_of(authorization: str | None) -> dict[str, object] | None:
    """Read the claims of a token without verifying it again.

    Only for routes that the gateway lets nobody through without a valid token, and behind a security group that lets
    nobody but the gateway in.

    Args:
        authorization: The header of that name.

    Returns:
        `requestContext.authorizer`; None when there is no readable token, so that a handler refuses the call.
    """
    parts = (authorization or "").rpartition(" ")[2].split(".")
    try:
        payload = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claims = json.loads(payload)
    except (IndexError, binascii.Error, ValueError):
        return None
    if not isinstance(claims, dict):
        return None
    scopes = claims.get("scope")
    return {
        "jwt": {
            "claims": {str(name): _text(value) for name, value in claims.items()},
            "scopes": scopes.split() if isinstance(scopes, str) else [],
        }
    }


def _text(value: object) -> str:
    # The gateway hands every claim over as a text, a list as its items in brackets.
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{' '.join(_text(item) for item in value)}]"
    return json.dumps(value)
