"""Polls queues, and answers the health check that says whether it still hears of them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import boto3
from botocore.config import Config

from . import settings as environment_variables
from .asgi import Application, Receive, Scope, Send, live, send_answer
from .handler_pool import HandlerPool
from .http_answer import Answer
from .metrics import Metrics
from .problem import problem
from .queue_poller import QueuePoller
from .settings import Settings
from .telemetry import Telemetry

_SILENCE_SECONDS = 120.0
"""Several long polls and a batch's pause; a queue that is silent for longer is not heard any more."""


def application(environment: Mapping[str, str]) -> Application:
    """Give the ASGI application; its life is that of the pollers.

    Args:
        environment: The process's variables, see `settings`.

    Raises:
        SettingsError: They do not say what is needed.
    """
    return _Worker(environment)


class _Worker:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._settings = settings = Settings.read(environment)
        consumers = environment_variables.consumers(environment)
        self._telemetry = Telemetry(settings.service_name, environment)
        # As many processes as batches at once: a batch that waited for one would lose its time hidden.
        batches = sum(consumer.concurrency for consumer in consumers)
        self._pool = HandlerPool([consumer.handler for consumer in consumers], batches)
        self._metrics = Metrics(
            namespace=settings.metrics_namespace,
            workload=settings.metrics_workload,
            busy_seconds=lambda: self._pool.busy_seconds,
            concurrency=self._pool.size,
        )
        client = boto3.client("sqs", config=Config(max_pool_connections=2 * batches, retries={"mode": "standard"}))
        threads = ThreadPoolExecutor(max_workers=2 * batches, thread_name_prefix="sqs")
        self._pollers = [
            QueuePoller(
                consumer,
                client=client,
                threads=threads,
                pool=self._pool,
                telemetry=self._telemetry,
                metrics=self._metrics,
                region=client.meta.region_name,
                timeout_seconds=settings.timeout_seconds,
            )
            for consumer in consumers
        ]
        self._polling: asyncio.Future[list[None]] | None = None
        self._counting: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send, self._start, self._stop)
        elif scope["type"] == "http":
            await send_answer(send, self._health(scope["path"]))

    async def _start(self) -> None:
        await self._pool.start()
        self._polling = asyncio.ensure_future(asyncio.gather(*(poller.run() for poller in self._pollers)))
        self._counting = asyncio.create_task(self._metrics.run())

    async def _stop(self) -> None:
        for poller in self._pollers:
            poller.stop()
        if self._polling is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._polling, timeout=self._settings.drain_seconds)
        if self._counting is not None:
            self._counting.cancel()
        await self._pool.stop()
        self._metrics.flush()
        await asyncio.to_thread(self._telemetry.close)

    def _health(self, path: str) -> Answer:
        if path != "/health":
            return problem(HTTPStatus.NOT_FOUND, "there is nothing at this address")
        silence = time.monotonic() - min(poller.heard for poller in self._pollers)
        if silence > _SILENCE_SECONDS + self._settings.timeout_seconds:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, f"a queue has not answered for {int(silence)} seconds")
        return Answer(status=200, headers=(("content-type", "text/plain"),), body=b"ok\n")
