"""The thread that joins the log lines of one request through every service it reaches.

    the API's access log   request_id
    the request's lines    api_request_id, request_id, correlation_id, xray_trace_id; and event_id of what it recorded
    the event's metadata   correlation_id, event_id, trace_header
    the relay's line       correlation_id, event_id, origin_trace_id
    a consumer's lines     correlation_id, event_id, origin_trace_id; and request_id, xray_trace_id of its own

The correlation id is the same in all of them; an event id leads from a consumer's line to the very write that caused
it, and the origin's trace id to that request's trace, whether or not X-Ray joined the two.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.envelope import EventMetadata

_ROOT = re.compile(r"(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)")


def trace_id(trace_header: str | None) -> str | None:
    """Give the trace id of an X-Ray trace header.

    Args:
        trace_header: such as ``Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1``.

    Returns:
        The part after ``Root``, as Powertools logs it under ``xray_trace_id``; None when there is none.
    """
    root = _ROOT.search(trace_header or "")
    return root[1] if root else None


def keys_of(metadata: EventMetadata) -> dict[str, str]:
    """Give what every log line about an event says of where it comes from.

    Args:
        metadata: the event's.
    """
    keys = {"correlation_id": metadata.correlation_id, "event_id": metadata.event_id}
    origin = trace_id(metadata.trace_header)
    return keys if origin is None else {**keys, "origin_trace_id": origin}
