"""Which addresses may be called. A partner chooses them, so none may lead into anybody's private network (SSRF)."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

MAXIMUM_LENGTH = 2000
LOOPBACK = "127.0.0.1"

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PRIVATE_NAMES = frozenset({"internal", "invalid", "local", "localhost", "test"})
"""Special-use names that public DNS never resolves (RFC 6761, RFC 6762; "internal" by ICANN)."""


class ForbiddenAddressError(ValueError):
    """An address that is not called."""


class UnknownHostError(Exception):
    """The name of a host leads nowhere."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a call goes.

    Attributes:
        scheme: ``https``; ``http`` for this machine only.
        host: as the partner wrote it: for the header and the certificate.
        port: of it.
        path: with the query.
        ip: what the host led to when it was looked at, and what is called: a name may lead elsewhere a moment later.
    """

    scheme: str
    host: str
    port: int
    path: str
    ip: str


def allows_loopback() -> bool:
    """Say whether this machine may be called, which is for development alone.

    Two things must hold: the stack's switch, and that AWS itself is an emulator on this machine. So no mistake in a
    deployment opens it on AWS.
    """
    emulator = urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).hostname
    return os.environ.get("LOOPBACK_ALLOWED") == "true" and emulator in ("127.0.0.1", "localhost")


def require_callable(url: str) -> None:
    """Refuse an address by what is written in it.

    Raises:
        ForbiddenAddressError: it is too long, not https, has a user or fragment, or names no public host.
    """
    _parts(url)


def target_of(url: str) -> Target:
    """Look an address up, and refuse it unless everything that it leads to is public.

    Raises:
        ForbiddenAddressError: as above, or one of the IP addresses is not public.
        UnknownHostError: the name leads nowhere.
    """
    scheme, host, port, path = _parts(url)
    found = _resolved(host, port)
    for ip in found:
        if not (is_public(ip) or (ip == LOOPBACK == host and allows_loopback())):
            raise ForbiddenAddressError("leads to an address that is not public")
    return Target(scheme=scheme, host=host, port=port, path=path, ip=found[0])


def is_public(ip: str) -> bool:
    """Say whether an IP address is reached over the internet, and no other one is hidden in it."""
    address = ipaddress.ip_address(ip)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        if address.sixtofour is not None or address.teredo is not None or address in _NAT64:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _parts(url: str) -> tuple[str, str, int, str]:
    if len(url) > MAXIMUM_LENGTH:
        raise ForbiddenAddressError(f"must have at most {MAXIMUM_LENGTH} characters")
    if not url.isascii() or any(letter.isspace() or not letter.isprintable() for letter in url) or "\\" in url:
        raise ForbiddenAddressError("must be written in ASCII without spaces; encode other letters")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ForbiddenAddressError("is no web address") from error
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ForbiddenAddressError("must have neither a user nor a fragment")
    is_own = host == LOOPBACK and allows_loopback()
    if parts.scheme != "https" and not (parts.scheme == "http" and is_own):
        raise ForbiddenAddressError("must begin with https://")
    if port == 0:
        raise ForbiddenAddressError("must have a port from 1 to 65535")
    if not is_own and not _is_public_host(host):
        raise ForbiddenAddressError("must have a host that the internet knows")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path


def _is_public_host(host: str) -> bool:
    try:
        return is_public(host)
    except ValueError:
        labels = host.removesuffix(".").split(".")
        # "0x7f.1" and "127.1" are addresses too, for some resolvers: the last label of a name is never a number.
        numeric = labels[-1].isdecimal() or labels[-1].startswith("0x")
        return len(labels) > 1 and all(labels) and not numeric and labels[-1] not in _PRIVATE_NAMES


def _resolved(host: str, port: int) -> Sequence[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHostError(host) from error
    return [str(address[0]) for _, _, _, _, address in found]
