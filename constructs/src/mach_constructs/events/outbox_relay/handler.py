"""Publishes the outbox items of a DynamoDB stream: at least once, never not at all.

The function never answers with partial failures. It sends again what the bus refused and, when time runs out, raises,
so that Lambda delivers the whole batch again. An item that no retry can save goes to the dead-letter queue as it is.
"""

from __future__ import annotations

import json
import os
import time
from functools import cache
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config

from .entries import Entry, StreamBatch, UnpublishableError, entry_of
from .log import FORMATTER, logger
from .publishing import publish

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_sqs import SQSClient

_LOGGER = logger()
# Left of the time limit when the last attempt begins: one call may take connect + read time-out.
_MARGIN_SECONDS = 6.0
_CONFIG = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 1})


class Context(Protocol):
    """What is needed of Lambda's context."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Time left to this invocation."""


def handler(batch: StreamBatch, context: Context) -> None:
    """Publish every outbox item of a batch.

    Raises:
        NotPublishedError: Some are not on the bus; Lambda delivers the batch again.
    """
    FORMATTER.request_id = context.aws_request_id
    give_up_at = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - _MARGIN_SECONDS
    entries: list[Entry] = []
    for record in batch["Records"]:
        event = record["dynamodb"]["NewImage"]["outbox_event"]["S"]
        try:
            entries.append(entry_of(event, bus=os.environ["EVENT_BUS_NAME"]))
        except UnpublishableError as error:
            _bury(event, error)
    publish(
        entries,
        bus=_events(),
        give_up_at=give_up_at,
        accept=lambda entry, bus_id: _LOGGER.info("event published", extra={**entry.log_keys, "bus_event_id": bus_id}),
        reject=lambda entry, error: _bury(entry.event, error, **entry.log_keys),
    )


def _bury(event: str, error: UnpublishableError, **log_keys: str) -> None:
    _LOGGER.error("event cannot be published", extra={**log_keys, "reason": str(error)})
    _queue().send_message(
        QueueUrl=os.environ["DEAD_LETTER_QUEUE_URL"],
        MessageBody=json.dumps({"reason": str(error), "outbox_event": event}, ensure_ascii=False),
    )


@cache
def _events() -> EventBridgeClient:
    return boto3.client("events", config=_CONFIG)


@cache
def _queue() -> SQSClient:
    return boto3.client("sqs", config=_CONFIG)
