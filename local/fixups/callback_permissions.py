"""Calling a step back is allowed to whoever may do so with its state machine.

The emulator takes every SendTaskSuccess and SendTaskFailure for one of all state machines, and so refuses a role that
may call back its own. AWS knows the state machine by the token.
"""

import json
import threading
from typing import Any

from ministack.core import iam_actions
from ministack.services import stepfunctions

_running = threading.local()
_machines: dict[str, str] = {}
"""Token of each step that waits to the ARN of its state machine."""


def install() -> None:
    """Names the state machine in the emulator's check of such a request."""
    execute, wait = stepfunctions._execute_task, stepfunctions._invoke_with_callback
    resource_of = iam_actions.extract_resource_arn

    def execute_task(state: Any, given: Any, execution: Any, context: Any) -> Any:
        _running.machine = execution["stateMachineArn"]
        return execute(state, given, execution, context)

    def wait_for_callback(resource: str, given: Any, token: str, state: Any) -> Any:
        _machines[token] = _running.machine
        try:
            return wait(resource, given, token, state)
        finally:
            del _machines[token]

    def resource_or_machine_of_token(
        service: str, method: str, path: str, headers: Any, body: bytes, query: Any, region: str, account: str
    ) -> str:
        resource = str(resource_of(service, method, path, headers, body, query, region, account))
        if service != "states" or resource != "*":
            return resource
        try:
            return _machines.get(json.loads(body)["taskToken"], resource)
        except (ValueError, KeyError, TypeError):
            return resource

    stepfunctions._execute_task = execute_task
    stepfunctions._invoke_with_callback = wait_for_callback
    iam_actions.extract_resource_arn = resource_or_machine_of_token
