"""A step that waits for its callback fails at once when its function fails.

The emulator drops the function's error and waits for a callback that nobody will make, until the step times out: no
retry, no compensation until then. Step Functions fails the task with the function's error.
"""

import threading
from typing import Any

from ministack.services import stepfunctions

_waiting = threading.local()


def install() -> None:
    """Makes a failing function fail its task."""
    call, wait = stepfunctions._call_lambda, stepfunctions._invoke_with_callback

    def call_and_tell(function: str, event: Any) -> Any:
        try:
            return call(function, event)
        except stepfunctions._ExecutionError as error:
            task = stepfunctions._task_tokens.get(getattr(_waiting, "token", None))
            if task is not None:
                task["error"] = {"Error": error.error, "Cause": error.cause}
                task["event"].set()
            raise

    def wait_for_callback(resource: str, given: Any, token: str, state: Any) -> Any:
        _waiting.token = token
        try:
            return wait(resource, given, token, state)
        finally:
            _waiting.token = None

    stepfunctions._call_lambda = call_and_tell
    stepfunctions._invoke_with_callback = wait_for_callback
