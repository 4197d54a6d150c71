"""One event, taken."""

from __future__ import annotations

import time

from contracts.envelope import EventMetadata
from store.operations import ABSENT, Put
from store.table import Table

TAKEN = "TAKEN"
RETENTION_SECONDS = 400 * 24 * 60 * 60
"""How long it is known: longer than any archive is kept, so that no replay brings an event that was forgotten."""


def inbox_record(metadata: EventMetadata) -> Put:
    """Give the write that marks an event as taken, and fails if it was taken before.

    Let it be part of the transaction that does what the event asks for. Where the state itself tells that the event was
    taken (a version, a status) no mark is needed.

    Args:
        metadata: the event's.
    """
    item = {"pk": _key(metadata), "sk": TAKEN, "expires_at": int(time.time()) + RETENTION_SECONDS}
    return Put(item=item, condition=ABSENT)


def was_taken(table: Table, metadata: EventMetadata) -> bool:
    """Say whether an event was taken before: what to ask when the transaction failed."""
    return table.get(_key(metadata), TAKEN, consistent=True) is not None


def _key(metadata: EventMetadata) -> str:
    return f"INBOX#{metadata.event_id}"
