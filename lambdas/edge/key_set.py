"""The public keys of a user pool."""

from __future__ import annotations

import os
import time
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from jwt import PyJWK

FETCH_TIMEOUT_SECONDS = 3.0
REFETCH_SECONDS = 60.0
"""An unknown key id asks for the keys again, but no sooner than this: strangers choose the ids."""


class KeySetUnavailableError(Exception):
    """The pool did not give its keys."""


class KeySet:
    """The signing keys of one issuer, fetched when first asked for.

    Args:
        issuer: ``https://cognito-idp.<region>.amazonaws.com/<pool>``.
    """

    def __init__(self, issuer: str) -> None:
        self.url = key_set_url(issuer)
        self._keys: dict[str, PyJWK] = {}
        self._fetched_at: float | None = None
        self._lock = Lock()

    def key(self, key_id: str) -> PyJWK | None:
        """Give the key of that id, or None when the pool has none such.

        Raises:
            KeySetUnavailableError: when the keys were never read and cannot be now.
        """
        if key_id in self._keys:
            return self._keys[key_id]
        with self._lock:
            now = time.monotonic()
            if self._fetched_at is None or now - self._fetched_at >= REFETCH_SECONDS:
                self._keys = self._fetch()
                self._fetched_at = now
        return self._keys.get(key_id)

    def _fetch(self) -> dict[str, PyJWK]:
        from urllib.request import urlopen

        from jwt import PyJWKSet, PyJWTError

        try:
            with urlopen(self.url, timeout=FETCH_TIMEOUT_SECONDS) as response:  # noqa: S310  # scheme is checked below
                keys = PyJWKSet.from_json(response.read().decode())
        except (OSError, ValueError, PyJWTError) as error:
            raise KeySetUnavailableError(f"no keys from {self.url}: {error}") from error
        return {key.key_id: key for key in keys.keys if key.key_id}


def key_set_url(issuer: str) -> str:
    """Give the address of an issuer's keys, at the endpoint that the AWS environment variables name, if any."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL_COGNITO_IDP") or os.environ.get("AWS_ENDPOINT_URL")
    base = f"{endpoint.rstrip('/')}/{issuer.rsplit('/', 1)[-1]}" if endpoint else issuer
    if urlsplit(base).scheme not in ("http", "https"):
        raise ValueError(f"token issuer is {issuer!r}; expected an http or https address")
    return f"{base}/.well-known/jwks.json"
