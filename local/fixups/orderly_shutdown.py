"""No function and no task outlives the server, and nothing moves while the state is saved.

The emulator saves its state when it stops, but leaves the functions' processes and their unpacked code behind, and
goes on polling queues and streams meanwhile.
"""

import asyncio
import time
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.fixups import container_tasks

LONGEST_WAIT_SECONDS = 5.0
TASKS_END_WITHIN_SECONDS = 3.0
"""For a task's own stop timeout, half a minute and more, nobody waits at a terminal."""
QUIET_SECONDS = 0.25
"""For how long nothing must run: an invocation that was accepted is counted only when its thread has begun."""
POLLS = ("_poll_sqs", "_poll_kinesis", "_poll_dynamodb_streams")


def install() -> None:
    """Checks that what `come_to_rest` replaces is there."""
    for owner, name in [*((lambda_svc, poll) for poll in POLLS), (lambda_runtime.Worker, "_spawn")]:
        if not callable(getattr(owner, name, None)):
            raise RuntimeError(f"ministack changed: {owner.__name__} has no {name}")


async def come_to_rest() -> None:
    """Stops polling, ends tasks and functions, lets invocations finish (5 s at most); await it while serving."""
    for poll in POLLS:
        setattr(lambda_svc, poll, lambda: False)
    await asyncio.to_thread(container_tasks.end_all, TASKS_END_WITHIN_SECONDS)
    busy_at = time.monotonic()
    deadline = busy_at + LONGEST_WAIT_SECONDS
    while (now := time.monotonic()) < min(deadline, busy_at + QUIET_SECONDS):
        if lambda_svc.executions_in_flight()[0]:
            busy_at = now
        await asyncio.sleep(0.01)
    lambda_runtime.Worker._spawn = _refuse_to_start
    await asyncio.to_thread(lambda_runtime.reset)


def _refuse_to_start(worker: Any) -> None:
    raise RuntimeError(f"the local AWS is stopping: {worker.func_name} is not started any more")
