"""What EventBridge allows as the name of an event and of who publishes it."""

from __future__ import annotations

import re

from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import require_at_least, require_text

# "Source" and "DetailType" of PutEvents; their lengths and characters are those that Pipes documents for the same call:
# https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeTargetEventBridgeEventBusParameters.html
_LONGEST_SOURCE = 256
_LONGEST_DETAIL_TYPE = 128
_SOURCE = re.compile(r"[/._A-Za-z0-9-]+")
_RESERVED = "aws."


def require_event(argument: str, *, source: str, detail_type: str, version: int) -> None:
    """Check what identifies an event.

    Args:
        argument: Whose names they are, for the message, such as " of OrderPlaced in publishes".
        source: Who publishes it: 1 to 256 letters, digits and . _ - /, not beginning with "aws.".
        detail_type: What it is: 1 to 128 characters.
        version: Version of its shape, from 1.

    Raises:
        ValueError: EventBridge would refuse a name, or the version is less than 1.
    """
    require_source(f"source{argument}", source)
    require_text(f"detail_type{argument}", detail_type)
    if not is_unresolved(detail_type) and len(detail_type) > _LONGEST_DETAIL_TYPE:
        raise ValueError(
            f"detail_type{argument} must have at most {_LONGEST_DETAIL_TYPE} characters, got {len(detail_type)}"
        )
    require_at_least(f"version{argument}", version, 1)


def require_source(argument: str, source: str) -> None:
    """Check an event's source, or the beginning of one.

    Args:
        argument: The argument's name, as the caller wrote it.
        source: What was given; an unresolved token passes.

    Raises:
        ValueError: EventBridge would refuse it, or keeps it for AWS.
    """
    require_text(argument, source)
    if is_unresolved(source):
        return
    if source.startswith(_RESERVED):
        raise ValueError(f"{argument} must not begin with {_RESERVED!r}, which is reserved for AWS, got {source!r}")
    if len(source) > _LONGEST_SOURCE or not _SOURCE.fullmatch(source):
        raise ValueError(f"{argument} must be at most {_LONGEST_SOURCE} letters, digits and . _ - /, got {source!r}")
