"""A function runs in at most four processes at a time; further invocations wait for one of them.

The emulator starts a process for each invocation that finds none free, as Lambda does on a fleet of machines. On one
machine two hundred requests at once would be two hundred processes that each need a second of processor time before
they answer anything, and more memory than there is. A function that calls itself more than three deep waits for itself
here until it times out.
"""

import threading
from collections import defaultdict
from typing import Any

from ministack.services import lambda_svc

PROCESSES = 4

_lock = threading.Lock()
_turns: dict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(PROCESSES))


def install() -> None:
    """Lets invocations wait, and not be refused while they do."""
    execute = lambda_svc._execute_function_warm
    if not isinstance(getattr(lambda_svc, "_ACCOUNT_CONCURRENCY_CAP", None), int):
        raise RuntimeError("ministack changed: lambda_svc has no _ACCOUNT_CONCURRENCY_CAP")
    # It is reckoned by the memory that processes take; those who wait take none.
    lambda_svc._ACCOUNT_CONCURRENCY_CAP = lambda_svc._AWS_DEFAULT_ACCOUNT_CONCURRENCY

    def execute_in_turn(function: Any, event: Any, request_id: str) -> Any:
        with _lock:
            turn = _turns[(function.get("config") or function).get("FunctionArn", "")]
        with turn:
            return execute(function, event, request_id)

    lambda_svc._execute_function_warm = execute_in_turn
