"""Faults of a whole invocation: it dies, is delivered twice, or comes later."""

from __future__ import annotations

from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.faults.asked_for import Faults

_DIED = "RequestId: {} Error: Runtime exited with error: signal: killed"


def install(faults: Faults) -> None:
    """Lets faults strike invocations.

    Args:
        faults: Which.
    """
    execute = lambda_svc._execute_function_warm

    def execute_or_not(function: Any, event: Any, request_id: str) -> Any:
        name = (function.get("config") or function).get("FunctionName", "")
        if faults.of_invocation(name, "late"):
            return _failed(request_id)
        kill = faults.of_invocation(name, "kill")
        if kill and kill.moment == "before":
            return _failed(request_id)
        if faults.of_invocation(name, "repeat"):
            execute(function, event, request_id)
        result = execute(function, event, request_id)
        return _failed(request_id) if kill else result

    lambda_svc._execute_function_warm = execute_or_not


def kill(function: str) -> None:
    """Ends every running invocation of the functions whose names have this part, as an out-of-memory kill would."""
    for workers in list(lambda_runtime._workers.values()):
        for worker in workers:
            if worker.in_use and function in worker.func_name:
                worker._proc.kill()


def _failed(request_id: str) -> dict[str, Any]:
    error = {"errorType": "Runtime.ExitError", "errorMessage": _DIED.format(request_id)}
    return {"body": error, "error": True, "log": error["errorMessage"]}
