"""Outbox items as EventBridge entries, in calls that EventBridge accepts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from .log import trace_id

if TYPE_CHECKING:
    from types_boto3_events.type_defs import PutEventsRequestEntryTypeDef

MOST_ENTRIES = 10
MOST_BYTES = 256 * 1024
_TIME_BYTES = 14  # what EventBridge counts for a time stamp


class StringAttribute(TypedDict):
    """A string as DynamoDB streams carry it."""

    S: str


class OutboxImage(TypedDict):
    """The part of an outbox item that is published."""

    outbox_event: StringAttribute


class StreamChange(TypedDict):
    """What a stream says about one change."""

    NewImage: OutboxImage
    SequenceNumber: str


class StreamRecord(TypedDict):
    """One change of the table."""

    eventID: str
    dynamodb: StreamChange


class StreamBatch(TypedDict):
    """What Lambda hands over."""

    Records: Sequence[StreamRecord]


class UnpublishableError(Exception):
    """EventBridge would never accept this item, however often it is sent."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event on its way to the bus.

    Attributes:
        event: The outbox item's text, for the dead-letter queue.
        request: The entry as EventBridge takes it.
        size: Bytes that EventBridge counts for it.
        log_keys: What a log line says of it: its type, and what its metadata tell of where it comes from.
    """

    event: str
    request: PutEventsRequestEntryTypeDef
    size: int
    log_keys: Mapping[str, str] = field(default_factory=dict)


def entry_of(event: str, *, bus: str) -> Entry:
    """Turn an outbox item's text into an entry.

    Args:
        event: JSON with `source`, `detail_type`, `time`, `detail` and perhaps `trace_header`.
        bus: Name of the bus.

    Returns:
        The entry.

    Raises:
        UnpublishableError: The text is no such JSON, or larger than EventBridge allows.
    """
    try:
        outbox: Mapping[str, object] = json.loads(event)
        source, detail_type, detail = _text(outbox, "source"), _text(outbox, "detail_type"), _detail(outbox)
        time = datetime.fromisoformat(_text(outbox, "time"))
    except (ValueError, TypeError, AttributeError) as error:
        raise UnpublishableError(f"not an outbox event: {error}") from error
    request: PutEventsRequestEntryTypeDef = {
        "EventBusName": bus,
        "Source": source,
        "DetailType": detail_type,
        "Detail": detail,
        "Time": time,
    }
    trace_header = outbox.get("trace_header")
    if isinstance(trace_header, str) and trace_header:
        request["TraceHeader"] = trace_header
    size = _TIME_BYTES + sum(len(text.encode()) for text in (source, detail_type, detail))
    if size > MOST_BYTES:
        raise UnpublishableError(f"{size} bytes are more than EventBridge's {MOST_BYTES}")
    return Entry(event=event, request=request, size=size, log_keys=_log_keys(outbox, detail_type))


def calls(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Group entries, in order, into calls of at most ten entries and 256 KiB."""
    call: list[Entry] = []
    size = 0
    for entry in entries:
        if call and (len(call) == MOST_ENTRIES or size + entry.size > MOST_BYTES):
            yield call
            call, size = [], 0
        call.append(entry)
        size += entry.size
    if call:
        yield call


def _log_keys(outbox: Mapping[str, object], detail_type: str) -> dict[str, str]:
    detail = outbox["detail"]
    metadata = detail.get("metadata") if isinstance(detail, dict) else None
    known = metadata if isinstance(metadata, dict) else {}
    keys = {name: known[name] for name in ("correlation_id", "event_id") if isinstance(known.get(name), str)}
    header = outbox.get("trace_header")
    origin = trace_id(header if isinstance(header, str) else None)
    return {"detail_type": detail_type, **keys, **({"origin_trace_id": origin} if origin else {})}


def _text(outbox: Mapping[str, object], field: str) -> str:
    value = outbox.get(field)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{field} must be a text, got {value!r}")
    return value


def _detail(outbox: Mapping[str, object]) -> str:
    detail = outbox.get("detail")
    if not isinstance(detail, dict):
        raise ValueError(f"detail must be an object, got {type(detail).__name__}")
    return json.dumps(detail, ensure_ascii=False, separators=(",", ":"))
