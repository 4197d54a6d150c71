"""Messages that failed come again later and later, instead of after the queue's one visibility timeout."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, TypedDict

import boto3

from edge.queue_batch import BatchResponse

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

FIRST_PAUSE_SECONDS = 1
LONGEST_PAUSE_SECONDS = 900


class Attempt(TypedDict):
    """What is read of a message's attributes."""

    ApproximateReceiveCount: str


class FailedRecord(TypedDict):
    """What is read of a message that failed."""

    messageId: str
    receiptHandle: str
    eventSourceARN: str
    attributes: Attempt


@cache
def queues() -> SQSClient:
    """Give the process's client of SQS."""
    return boto3.client("sqs")


def pause_seconds(deliveries: int) -> int:
    """Give how long a message rests that was delivered so many times: 1 s, 2 s, 4 s … a quarter of an hour."""
    return min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS << min(deliveries - 1, 20))


def back_off(records: Sequence[FailedRecord], response: BatchResponse) -> None:
    """Let the messages that failed rest, each as long as its number of deliveries asks for.

    Args:
        records: the batch.
        response: which of them failed.
    """
    failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
    for record in records:
        if record["messageId"] in failed:
            name = record["eventSourceARN"].rpartition(":")[2]
            queues().change_message_visibility(
                QueueUrl=queues().get_queue_url(QueueName=name)["QueueUrl"],
                ReceiptHandle=record["receiptHandle"],
                VisibilityTimeout=pause_seconds(int(record["attributes"]["ApproximateReceiveCount"])),
            )
