"""Signed bodies: an HMAC over time and body, made with a secret that sender and receiver share.

The header reads ``t=1764165600,v1=5257a869…``: seconds since 1970, and HMAC-SHA256 of ``<t>.<body>`` in hexadecimal, a
scheme of payment providers (https://docs.stripe.com/webhooks#verify-manually). The time is signed too, so what was
recorded on the way cannot be sent again later.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256

TOLERANCE_SECONDS = 300
"""How far the time of a signature may lie from the receiver's: clocks differ, and a body may wait on its way."""

_HEADER = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})\Z", re.ASCII)


class UnverifiedSignatureError(Exception):
    """The body is not signed, was altered, is signed with another secret, or was signed too long ago."""


def sign(body: bytes, *, secret: str, at: float) -> str:
    """Give the header that signs a body.

    Args:
        body: as it is sent, byte for byte.
        secret: what both sides know.
        at: when it is sent, in seconds since 1970.
    """
    seconds = int(at)
    return f"t={seconds},v1={_digest(body, secret, seconds)}"


def verify(body: bytes, header: str | None, *, secret: str, now: float) -> None:
    """Check the header that came with a body; how long that takes tells nothing of the secret.

    Args:
        body: as it was received, byte for byte.
        header: as it was received.
        secret: what both sides know.
        now: the receiver's time, in seconds since 1970.

    Raises:
        UnverifiedSignatureError: there is no header, it is malformed, or does not fit body, secret or time.
    """
    read = _HEADER.match(header or "")
    if read is None:
        raise UnverifiedSignatureError("must be t=<seconds since 1970>,v1=<HMAC-SHA256 of <t>.<body> in hexadecimal>")
    seconds, digest = int(read[1]), read[2]
    if not hmac.compare_digest(digest, _digest(body, secret, seconds)):
        raise UnverifiedSignatureError("does not fit the body")
    if abs(now - seconds) > TOLERANCE_SECONDS:
        raise UnverifiedSignatureError(f"is of another time, more than {TOLERANCE_SECONDS} s from now")


def _digest(body: bytes, secret: str, seconds: int) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, sha256).hexdigest()
