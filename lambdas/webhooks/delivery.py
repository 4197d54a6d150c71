"""A delivery: one event on its way to one webhook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal, TypedDict

State = Literal["pending", "succeeded", "failed"]


class Attempt(TypedDict):
    """One call.

    Attributes:
        at: when, RFC 3339 in UTC.
        status: that was answered.
        error: why nothing was.
    """

    at: str
    status: int | None
    error: str | None


class Delivery(TypedDict):
    """What is kept of it.

    Attributes:
        id: says the event and sorts by its time; the same for the same event.
        webhook_id: where to.
        type: of the event, as partners know it.
        body: what is sent, to the byte.
        state: how far it is.
        attempt: how many calls were made since it was last begun.
        attempts: the last twenty calls.
        due_at: when it is looked at again; None when it has ended.
        begun_at: when it was first to be sent, or was sent again by hand.
        correlation_id: of the event.
    """

    id: str
    webhook_id: str
    type: str
    body: str
    state: State
    attempt: int
    attempts: Sequence[Attempt]
    due_at: str | None
    begun_at: str
    correlation_id: str


def delivery_id(event_id: str, *, occurred_at: datetime) -> str:
    """Give the id of an event's delivery.

    Args:
        event_id: the event.
        occurred_at: its time: the event says it, so that it is the same however often the event comes.
    """
    milliseconds = int(occurred_at.timestamp() * 1000)
    return f"{milliseconds:013d}-{sha256(event_id.encode()).hexdigest()[:24]}"


def text_of(at: datetime) -> str:
    """Give a time as it is kept: RFC 3339 in UTC, of one length, so that it sorts."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown(delivery: Delivery) -> dict[str, object]:
    """Give a delivery as its webhook's owner sees it."""
    return {
        "id": delivery["id"],
        "event_type": delivery["type"],
        "state": delivery["state"],
        "attempts": list(delivery["attempts"]),
        "next_attempt_at": delivery["due_at"],
    }
