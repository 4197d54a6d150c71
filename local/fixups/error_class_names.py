"""A handler's exception keeps its class name.

The emulator reports every exception as `Runtime.HandlerError`; Lambda reports the class (`"errorType": "StockGone"`),
and `ErrorEquals` of a state machine, alarms and retries decide by it.
"""

import threading
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.fixups.worker_script import replace_once

_raised = threading.local()


def install() -> None:
    """Makes the worker report the class and the invocation's result carry it."""
    replace_once('"error": str(e), "trace"', '"error": str(e), "errorType": type(e).__name__, "trace"')
    invoke, execute = lambda_runtime.Worker.invoke, lambda_svc._execute_function_warm

    def invoke_and_remember(worker: Any, *args: Any, **kwargs: Any) -> Any:
        result = invoke(worker, *args, **kwargs)
        _raised.error_type = result.get("errorType")
        return result

    def execute_and_name(function: Any, event: Any, request_id: str) -> Any:
        _raised.error_type = None
        result = execute(function, event, request_id)
        if result.get("error") and _raised.error_type and isinstance(result.get("body"), dict):
            result["body"]["errorType"] = _raised.error_type
        return result

    lambda_runtime.Worker.invoke = invoke_and_remember
    lambda_svc._execute_function_warm = execute_and_name
