"""The calls to SQS that polling one queue needs, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from .settings import Consumer

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import (
        ChangeMessageVisibilityBatchRequestEntryTypeDef,
        DeleteMessageBatchRequestEntryTypeDef,
        MessageTypeDef,
    )

_MOST_OF_A_CALL = 10

T = TypeVar("T")


class PolledQueue:
    """One queue.

    Args:
        consumer: Which queue, and how long it hides what it hands out.
        client: SQS.
        threads: Where it is called, as its client blocks.
    """

    def __init__(self, consumer: Consumer, *, client: SQSClient, threads: Executor) -> None:
        self._url = consumer.queue_url
        self._visibility_seconds = consumer.visibility_seconds
        self._client = client
        self._threads = threads

    async def receive(self, most: int, *, wait_seconds: int) -> list[MessageTypeDef]:
        """Take messages, which are then hidden from others for a while.

        Args:
            most: How many; SQS hands out ten at once.
            wait_seconds: How long to wait for the first.

        Returns:
            The messages, with all their attributes.
        """
        answer = await self._call(
            partial(
                self._client.receive_message,
                QueueUrl=self._url,
                MaxNumberOfMessages=min(most, _MOST_OF_A_CALL),
                WaitTimeSeconds=wait_seconds,
                VisibilityTimeout=self._visibility_seconds,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
        )
        return answer.get("Messages", [])

    async def hide(self, messages: list[MessageTypeDef], *, seconds: int) -> None:
        """Keep messages from others.

        Args:
            messages: Which.
            seconds: For how long from now; 0 gives them back at once.
        """
        for part in _parts(messages):
            entries: list[ChangeMessageVisibilityBatchRequestEntryTypeDef] = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": seconds}
                for number, message in enumerate(part)
            ]
            await self._call(partial(self._client.change_message_visibility_batch, QueueUrl=self._url, Entries=entries))

    async def delete(self, messages: list[MessageTypeDef]) -> None:
        """Delete what is done.

        Args:
            messages: Which.
        """
        for part in _parts(messages):
            entries: list[DeleteMessageBatchRequestEntryTypeDef] = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]} for number, message in enumerate(part)
            ]
            await self._call(partial(self._client.delete_message_batch, QueueUrl=self._url, Entries=entries))

    async def _call(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)


def _parts(messages: list[MessageTypeDef]) -> Iterable[list[MessageTypeDef]]:
    return (messages[start : start + _MOST_OF_A_CALL] for start in range(0, len(messages), _MOST_OF_A_CALL))
