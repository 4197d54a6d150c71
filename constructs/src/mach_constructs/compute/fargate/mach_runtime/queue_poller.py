"""Takes messages of one queue in batches and deletes what a handler has done."""

from __future__ import annotations

import asyncio
import logging
import random
import time
import uuid
from collections.abc import Awaitable
from concurrent.futures import Executor
from typing import TYPE_CHECKING

from opentelemetry.trace import SpanKind

from .handler_pool import HandlerPool
from .invocation import Invocation, InvocationError
from .metrics import Metrics
from .polled_queue import PolledQueue
from .queue_event import event_of, failed_ids
from .settings import Consumer
from .telemetry import Telemetry

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

logger = logging.getLogger(__name__)

_LONGEST_PAUSE_SECONDS = 30.0


class QueuePoller:
    """Polls one queue until it is told to stop.

    Args:
        consumer: The queue, its handler and how many messages at once.
        client: SQS.
        threads: Where it is called; at least two for each batch at once, as a poll blocks one for seconds.
        pool: Calls the handler.
        telemetry: Traces each batch.
        metrics: Counts each batch.
        region: The queue's region, for its ARN.
        timeout_seconds: How long one batch may take.
    """

    def __init__(
        self,
        consumer: Consumer,
        *,
        client: SQSClient,
        threads: Executor,
        pool: HandlerPool,
        telemetry: Telemetry,
        metrics: Metrics,
        region: str,
        timeout_seconds: float,
    ) -> None:
        self._consumer = consumer
        self._queue = PolledQueue(consumer, client=client, threads=threads)
        self._pool = pool
        self._telemetry = telemetry
        self._metrics = metrics
        self._region = region
        self._timeout_seconds = timeout_seconds
        self._stopping = asyncio.Event()
        self._pause = 0.0
        self.heard = time.monotonic()
        """When the queue last answered."""

    async def run(self) -> None:
        """Poll with as many loops as batches may run at once; ends when all have stopped."""
        await asyncio.gather(*(self._loop() for _ in range(self._consumer.concurrency)))

    def stop(self) -> None:
        """Take no further messages; what was taken is worked on."""
        self._stopping.set()

    async def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                messages = await self._receive()
                if messages and self._stopping.is_set():
                    await self._queue.hide(messages, seconds=0)
                elif messages:
                    await self._handle(messages)
            except Exception:
                logger.exception("queue %s", self._consumer.queue_url)
                await self._back_off()

    async def _back_off(self) -> None:
        self._pause = min(_LONGEST_PAUSE_SECONDS, max(0.5, self._pause * 2))
        pause = random.uniform(self._pause / 2, self._pause)  # noqa: S311 (spreads callers, keeps no secret)
        await _either(self._stopping.wait(), asyncio.sleep(pause))

    async def _receive(self) -> list[MessageTypeDef]:
        """Give a batch: what one call finds, or with a window what comes while it is open."""
        batch = await self._receive_once(self._consumer.batch_size, self._consumer.poll_seconds)
        window_ends = time.monotonic() + self._consumer.window_seconds
        while batch and len(batch) < self._consumer.batch_size and not self._stopping.is_set():
            left = window_ends - time.monotonic()
            if left <= 0:
                break
            batch += await self._receive_once(
                self._consumer.batch_size - len(batch), min(self._consumer.poll_seconds, int(left))
            )
        return batch

    async def _receive_once(self, most: int, wait_seconds: int) -> list[MessageTypeDef]:
        messages = await self._queue.receive(most, wait_seconds=wait_seconds)
        self.heard, self._pause = time.monotonic(), 0.0
        return messages

    async def _handle(self, messages: list[MessageTypeDef]) -> None:
        started = time.monotonic()
        ids = [message["MessageId"] for message in messages]
        hidden = asyncio.create_task(self._keep_hidden(messages))
        try:
            failed = await self._invoke(messages, ids)
        finally:
            hidden.cancel()
        done = [message for message in messages if message["MessageId"] not in failed]
        await self._queue.delete(done)
        # Those that failed come again when their time is over, as with Lambda: that is the pause between two tries.
        self._metrics.count(seconds=time.monotonic() - started, failed=bool(failed))

    async def _invoke(self, messages: list[MessageTypeDef], ids: list[str]) -> set[str]:
        queue = self._consumer.queue_url.rpartition("/")[2]
        with self._telemetry.span(
            f"process {queue}",
            kind=SpanKind.CONSUMER,
            headers=[message.get("Attributes", {}).get("AWSTraceHeader") for message in messages],
            attributes={
                "messaging.system": "aws_sqs",
                "messaging.destination.name": queue,
                "messaging.batch.message_count": len(messages),
            },
        ) as traced:
            invocation = Invocation(
                handler=self._consumer.handler,
                event=event_of(messages, queue_url=self._consumer.queue_url, region=self._region),
                request_id=str(uuid.uuid4()),
                deadline=time.time() + self._timeout_seconds,
                trace_header=traced.header,
            )
            try:
                failed = failed_ids(await self._pool.invoke(invocation), ids)
            except InvocationError as error:
                logger.error("%s of %s failed: %s: %s", invocation.request_id, queue, type(error).__name__, error)
                traced.failed(type(error).__name__)
                return set(ids)
            if failed:
                traced.note("messaging.batch.failed_count", len(failed))
            return failed

    async def _keep_hidden(self, messages: list[MessageTypeDef]) -> None:
        while True:
            await asyncio.sleep(self._consumer.visibility_seconds / 2)
            try:
                await self._queue.hide(messages, seconds=self._consumer.visibility_seconds)
            except Exception:
                logger.exception("messages could not be kept hidden, they may come twice")


async def _either(*waits: Awaitable[object]) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
