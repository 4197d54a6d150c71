"""A batch of SQS messages as Lambda hands it over, and the answer that says which of them failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict


class QueueRecord(TypedDict):
    """What is read of a message."""

    messageId: str
    body: str


class QueueBatch(TypedDict):
    """The event of a function that reads a queue."""

    Records: Sequence[QueueRecord]


class BatchItemFailure(TypedDict):
    """A message that SQS shall deliver again, or move to the dead letters."""

    itemIdentifier: str


class BatchResponse(TypedDict):
    """The answer: all other messages are done."""

    batchItemFailures: list[BatchItemFailure]


def failed(message_ids: Iterable[str]) -> BatchResponse:
    """Give the answer that asks for these messages again."""
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in message_ids]}
