"""Events of a queue, each the start of one execution."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
from typing import TypedDict

from .executions import OtherInputError, name_for, start

_LOGGER = logging.getLogger(__name__)


class Record(TypedDict):
    """The part of a queue's message that matters here."""

    messageId: str
    body: str


class Failure(TypedDict):
    """A message to be delivered again."""

    itemIdentifier: str


def start_each(records: Sequence[Record]) -> list[Failure]:
    """Start an execution for each message.

    Returns:
        The messages for which none was started; the queue delivers them again, and in the end to its dead letters.
    """
    return [{"itemIdentifier": record["messageId"]} for record in records if not _started(record)]


def _started(record: Record) -> bool:
    try:
        event = json.loads(record["body"])
        detail = event["detail"]
        # A relay may publish an event twice: EventBridge's id differs then, the event's own does not.
        name = name_for("event", str(_event_id(detail) or event["id"]))
        start(name, event if os.environ["INPUT"] == "event" else detail)
    except OtherInputError:
        _LOGGER.exception("Two events have the same id", extra={"message_id": record["messageId"]})
        return False
    except Exception:
        _LOGGER.exception("No execution could be started", extra={"message_id": record["messageId"]})
        return False
    _LOGGER.info("Execution is started", extra={"execution": name})
    return True


def _event_id(detail: object) -> object:
    metadata = detail.get("metadata") if isinstance(detail, Mapping) else None
    return metadata.get("event_id") if isinstance(metadata, Mapping) else None
