"""What a webhook's calls may carry in their headers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mach_constructs.tokens import is_unresolved

# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_HttpParameters.html
_LONGEST = 512
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7E]*[\x20-\x7E][\t\x20-\x7E]*")


def require_header_name(argument: str, name: str) -> None:
    """Refuse what is no name of an HTTP header (RFC 9110, 5.1), or longer than EventBridge takes.

    Args:
        argument: The argument's name, as the caller wrote it.
        name: What was given; an unresolved token passes.

    Raises:
        ValueError: It is no such name.
    """
    if is_unresolved(name):
        return
    if not _NAME.fullmatch(name):
        raise ValueError(f'{argument} must be names of HTTP headers, such as "X-Api-Key", got {name!r}')
    if len(name) > _LONGEST:
        raise ValueError(f"{argument} must have names of at most {_LONGEST} characters, got {len(name)}")


def require_headers(argument: str, headers: Mapping[str, str], *, sent: str) -> None:
    """Refuse headers that EventBridge refuses or does not send.

    Args:
        argument: The argument's name, as the caller wrote it.
        headers: Names and values; unresolved tokens pass.
        sent: The header that the connection sets, which takes precedence over these.

    Raises:
        ValueError: A name or a value is malformed or too long, or the connection would overwrite it.
    """
    for name, value in headers.items():
        require_header_name(argument, name)
        if name.lower() == sent.lower():
            raise ValueError(f"{argument} must not set {name}, which the authorization sets")
        if is_unresolved(value):
            continue
        if not _VALUE.fullmatch(value):
            raise ValueError(f"{argument} must have values of printable ASCII characters, got {value!r} as {name}")
        if len(value) > _LONGEST:
            raise ValueError(
                f"{argument} must have values of at most {_LONGEST} characters, got {len(value)} as {name}"
            )
