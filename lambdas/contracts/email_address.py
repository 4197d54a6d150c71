"""E-mail addresses."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"

EmailAddress = Annotated[
    str,
    Field(min_length=3, max_length=254, pattern=rf"^[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*$"),
]
"""An address as browsers take it in ``<input type=email>`` (WHATWG HTML, "valid e-mail address"), of at most 254
characters (RFC 5321, 4.5.3.1.3, less the angle brackets)."""


def normalized(address: str) -> str:
    """Give the form in which two spellings of one mailbox are equal: lower case.

    RFC 5321 lets a host tell ``Ada@`` from ``ada@``; no well-known one does. Dots and ``+tags`` stay: what they mean
    differs from host to host.
    """
    return address.lower()
