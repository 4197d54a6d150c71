"""Web addresses that AWS calls over the internet."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

# https://www.iana.org/assignments/special-use-domain-names: names that public DNS never resolves. ICANN keeps
# "internal" for private networks: https://www.icann.org/en/board-activities-and-meetings/materials/
# approved-resolutions-special-meeting-of-the-icann-board-29-07-2024-en
_PRIVATE = frozenset({"internal", "invalid", "local", "localhost", "test"})


def require_public(argument: str, url: str) -> None:
    """Refuse an address that nobody outside a private network can call.

    Args:
        argument: The argument's name, as the caller wrote it.
        url: What was given, known now, with a scheme.

    Raises:
        ValueError: Its host is a private or reserved IP address, a name without a dot or one that public DNS does not
            resolve, or its port is none.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not _is_public(host):
        raise ValueError(f"{argument} must have a host that the internet knows, such as partner.example, got {host!r}")
    try:
        has_port = parts.port != 0
    except ValueError:
        has_port = False
    if not has_port:
        # What stands before an @ may be a password.
        raise ValueError(f"{argument} must have a port from 1 to 65535, got {parts.netloc.rpartition('@')[2]!r}")


def _is_public(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        labels = host.removesuffix(".").split(".")
        return len(labels) > 1 and all(labels) and not labels[-1].isdecimal() and labels[-1] not in _PRIVATE
    return address.is_global and not address.is_multicast
