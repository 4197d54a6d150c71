"""One event as an item of the outbox."""

from __future__ import annotations

import json
import os
from datetime import UTC

from contracts.envelope import DomainEvent
from contracts.model import Contract
from store.operations import Put

RETENTION_SECONDS = 7 * 24 * 60 * 60
"""How long the item stays: a stream record lives for a day, so a week leaves days to mend a relay that was broken."""


def outbox_record(event: DomainEvent[Contract]) -> Put:
    """Give the write that puts an event into the outbox of the table whose state it speaks of.

    Let it be part of the transaction that changes that state: both happen or neither. The relay on the table's stream
    publishes it within a second, at least once.

    Args:
        event: what became true.
    """
    metadata = event.metadata
    message = {
        "source": event.source,
        "detail_type": event.detail_type,
        "time": metadata.occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "trace_header": metadata.trace_header,
        "detail": event.model_dump(mode="json"),
    }
    return Put(
        item={
            "pk": f"OUTBOX#{metadata.event_id}",
            "sk": "EVENT",
            "outbox_event": json.dumps(message, separators=(",", ":"), ensure_ascii=False),
            "expires_at": int(metadata.occurred_at.timestamp()) + RETENTION_SECONDS,
        }
    )


def current_trace_header() -> str | None:
    """Give the X-Ray trace header of the invocation that is running, or None when it is not traced."""
    return os.environ.get("_X_AMZN_TRACE_ID") or None
