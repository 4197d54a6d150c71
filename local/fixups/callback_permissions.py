"""Calling a step back is allowed to whoever may do so with its state machine.

The emulator takes every SendTaskSuccess and SendTaskFailure for one of all state machines, and so refuses a role that
may call back its own. AWS knows the state machine by the token, also when the step has ended long since: that it waits
no more is then the answer, not that the caller may not ask.
"""

import base64
import json
import threading
from typing import Any

from ministack.core import iam_actions
from ministack.services import stepfunctions

_begun = threading.local()


def install() -> None:
    """Puts the state machine into its tokens, and names it in the emulator's check of a request that has one."""
    execute, unique = stepfunctions._execute_task, stepfunctions.new_uuid
    resource_of = iam_actions.extract_resource_arn

    def execute_task(state: Any, given: Any, execution: Any, context: Any) -> Any:
        # The first unique text that a step with a callback asks for is its token.
        _begun.machine = execution["stateMachineArn"] if ".waitForTaskToken" in state.get("Resource", "") else None
        return execute(state, given, execution, context)

    def unique_or_token() -> str:
        machine, _begun.machine = getattr(_begun, "machine", None), None
        return token(machine, unique()) if machine else str(unique())

    def resource_or_machine_of_token(
        service: str, method: str, path: str, headers: Any, body: bytes, query: Any, region: str, account: str
    ) -> str:
        resource = str(resource_of(service, method, path, headers, body, query, region, account))
        if service != "states" or resource != "*":
            return resource
        return machine_of(body) or resource

    stepfunctions._execute_task = execute_task
    stepfunctions.new_uuid = unique_or_token
    iam_actions.extract_resource_arn = resource_or_machine_of_token


def token(machine: str, unique: str) -> str:
    """The token of a step of a state machine: opaque to its holder, as on AWS."""
    return base64.urlsafe_b64encode(json.dumps([machine, unique]).encode()).decode()


def machine_of(body: bytes) -> str | None:
    """The state machine of the token in a request; None when there is no such token."""
    try:
        machine, _ = json.loads(base64.urlsafe_b64decode(json.loads(body)["taskToken"]))
    except (ValueError, KeyError, TypeError):
        return None
    return str(machine)
