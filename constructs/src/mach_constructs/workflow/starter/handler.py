"""Starts the workflow for what comes: a batch of a queue, or a request of an HTTP API (payload format 2.0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .http_requests import answer
from .queued_events import start_each


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Start what the event asks for."""
    if "Records" in event:
        return {"batchItemFailures": start_each(event["Records"])}
    return answer(event)
