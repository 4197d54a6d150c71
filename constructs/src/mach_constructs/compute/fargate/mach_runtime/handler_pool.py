"""Processes that call handlers: a fixed number, each busy with at most one call, replaced when it fails."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import frames
from .invocation import (
    HandlerCrashedError,
    HandlerRaisedError,
    HandlerTimeoutError,
    Invocation,
    OverloadedError,
)

logger = logging.getLogger(__name__)

_START_SECONDS = 60.0
_LONGEST_PAUSE_SECONDS = 30.0


@dataclass(eq=False)
class _Process:
    process: asyncio.subprocess.Process
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def call(self, invocation: Invocation) -> Any:
        self.writer.write(frames.encoded(asdict(invocation)))
        await self.writer.drain()
        return await frames.read(self.reader)

    async def end(self) -> None:
        """End it: by itself if it waits for work, else at once."""
        self.writer.close()
        try:
            await asyncio.wait_for(self.process.wait(), timeout=1)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        self.writer.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


class HandlerPool:
    """Calls handlers in processes of their own.

    Args:
        handlers: Every handler that will be called, such as "orders.api.handler"; each process imports them all.
        size: How many processes.
    """

    def __init__(self, handlers: Sequence[str], size: int) -> None:
        self._handlers = sorted(set(handlers))
        self._size = size
        self._idle: asyncio.Queue[_Process] = asyncio.Queue()
        self._all: set[_Process] = set()
        self._replacing: set[asyncio.Task[None]] = set()
        self.busy_seconds = 0.0
        """Sum of the time that handlers ran, ever growing."""

    @property
    def size(self) -> int:
        """How many calls can run at once."""
        return self._size

    async def start(self) -> None:
        """Start every process.

        Raises:
            HandlerCrashedError: A handler cannot be imported; the stack trace is on standard error.
        """
        results = await asyncio.gather(*(self._start_one() for _ in range(self._size)), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                await self.stop()
                raise result

    async def invoke(self, invocation: Invocation) -> Any:
        """Call a handler.

        Args:
            invocation: Which, with what, until when.

        Returns:
            What it returned, as JSON reads it.

        Raises:
            OverloadedError: No process became free before the deadline.
            HandlerRaisedError: It raised, or returned what is no JSON.
            HandlerTimeoutError: It did not return before the deadline.
            HandlerCrashedError: Its process ended.
        """
        try:
            process = await asyncio.wait_for(self._idle.get(), timeout=_remaining(invocation))
        except TimeoutError:
            raise OverloadedError(f"no process was free for {invocation.handler} before its deadline") from None
        started = time.monotonic()
        try:
            answer = await asyncio.wait_for(process.call(invocation), timeout=_remaining(invocation))
        except TimeoutError:
            self._replace(process)
            raise HandlerTimeoutError(f"{invocation.handler} did not answer before its deadline") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            self._replace(process)
            raise HandlerCrashedError(f"the process of {invocation.handler} ended during a call") from None
        except asyncio.CancelledError:
            self._replace(process)
            raise
        finally:
            self.busy_seconds += time.monotonic() - started
        self._idle.put_nowait(process)
        if "error" in answer:
            raise HandlerRaisedError(answer["error"])
        return answer["result"]

    async def stop(self) -> None:
        """End every process; calls that are running are lost."""
        for task in self._replacing:
            task.cancel()
        await asyncio.gather(*(process.end() for process in self._all))
        self._all.clear()

    async def _start_one(self) -> None:
        process = await self._spawn()
        self._all.add(process)
        self._idle.put_nowait(process)

    async def _spawn(self) -> _Process:
        own, other = socket.socketpair()
        runtime = Path(__file__).absolute().parent
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", runtime.name, "handler", str(other.fileno()),
                cwd=runtime.parent,
                stdin=asyncio.subprocess.DEVNULL,
                pass_fds=(other.fileno(),),
            )  # fmt: skip
        finally:
            other.close()
        reader, writer = await asyncio.open_connection(sock=own)
        started = _Process(process, reader, writer)
        try:
            writer.write(frames.encoded(self._handlers))
            await asyncio.wait_for(frames.read(reader), timeout=_START_SECONDS)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            await started.kill()
            raise HandlerCrashedError(f"handlers could not be loaded: {', '.join(self._handlers)}") from None
        except asyncio.CancelledError:
            await started.kill()
            raise
        return started

    def _replace(self, process: _Process) -> None:
        task = asyncio.create_task(self._replacement(process))
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)

    async def _replacement(self, process: _Process) -> None:
        self._all.discard(process)
        await process.kill()
        pause = 0.1
        while True:
            try:
                return await self._start_one()
            except (HandlerCrashedError, OSError):
                logger.exception("a handler's process could not be replaced, trying again")
                await asyncio.sleep(pause)
                pause = min(_LONGEST_PAUSE_SECONDS, pause * 2)


def _remaining(invocation: Invocation) -> float:
    return max(0.0, invocation.deadline - time.time())
