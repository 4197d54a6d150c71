"""Calls a partner's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError

from webhooks.addresses import ForbiddenAddressError, Target, UnknownHostError, target_of

TIMEOUT_SECONDS = 15
"""How long an address may take to answer: what Standard Webhooks recommends at least."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a call.

    Attributes:
        status: of the answer; None without one.
        error: why there is none: ``timeout``, ``connection``, ``unknown-host``, ``forbidden-address``.
    """

    status: int | None = None
    error: str | None = None

    @property
    def is_success(self) -> bool:
        """Whether it was taken: any 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether the address says that it wants nothing more."""
        return self.status == 410


def call(url: str, *, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """POST a body once. No redirection is followed, and nothing of the answer but its status is read.

    Args:
        url: looked up now, and refused unless all that it leads to is public.
        body: what is sent.
        headers: beside those of HTTP itself.
    """
    try:
        target = target_of(url)
    except ForbiddenAddressError:
        return Outcome(error="forbidden-address")
    except UnknownHostError:
        return Outcome(error="unknown-host")
    host = f"[{target.host}]" if ":" in target.host else target.host
    authority = host if target.port in (80, 443) else f"{host}:{target.port}"
    try:
        with _connection(target) as connection:
            answer = connection.request(
                "POST",
                target.path,
                body=body,
                headers={**headers, "Host": authority},
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=Timeout(total=TIMEOUT_SECONDS),
            )
            answer.close()
            return Outcome(status=answer.status)
    except HTTPError as error:
        return Outcome(error="timeout" if "timed out" in str(error) else "connection")


def _connection(target: Target) -> HTTPConnectionPool:
    # To the very IP address that was looked at; the name is for the certificate.
    if target.scheme == "http":
        return HTTPConnectionPool(target.ip, target.port)
    return HTTPSConnectionPool(
        target.ip, target.port, server_hostname=target.host, assert_hostname=target.host, cert_reqs="CERT_REQUIRED"
    )
