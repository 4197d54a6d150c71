"""The saga's executions: one a checkout, started and called back."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import Protocol, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from checkout.refusal import RefusedError

_CONFIG = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
_NOBODY_WAITS = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})


class UnavailableError(Exception):
    """Step Functions does not answer, or not now. Trying again may help."""


class StateMachine(Protocol):
    """What is needed of the Step Functions client."""

    def start_execution(
        self,
        *,
        stateMachineArn: str,  # noqa: N803
        name: str,
        input: str,
        traceHeader: str = ...,  # noqa: N803
    ) -> object:
        """Start an execution."""

    def send_task_success(self, *, taskToken: str, output: str) -> object:  # noqa: N803
        """Let a step that waits succeed."""

    def send_task_failure(self, *, taskToken: str, error: str, cause: str) -> object:  # noqa: N803
        """Let a step that waits fail."""


@cache
def _machine() -> StateMachine:
    return cast(StateMachine, boto3.client("stepfunctions", config=_CONFIG))


def start(checkout_id: str) -> None:
    """Start the execution of a checkout unless it was started before.

    Raises:
        UnavailableError: try again; nothing happens twice.
    """
    trace = os.environ.get("_X_AMZN_TRACE_ID")
    try:
        _machine().start_execution(
            stateMachineArn=os.environ["STATE_MACHINE_ARN"],
            name=checkout_id,
            input=json.dumps({"checkout_id": checkout_id}),
            **({"traceHeader": trace} if trace else {}),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise UnavailableError(str(error)) from error
    except BotoCoreError as error:
        raise UnavailableError(str(error)) from error


def succeed(token: str, result: Mapping[str, object]) -> bool:
    """Let the step that waits for a token succeed; say whether any waited.

    Raises:
        UnavailableError: try again; the second of two answers changes nothing.
    """
    return _answered(lambda: _machine().send_task_success(taskToken=token, output=json.dumps(result)))


def refuse(token: str, refusal: RefusedError) -> bool:
    """Let the step that waits for a token fail; say whether any waited.

    Raises:
        UnavailableError: as ``succeed``.
    """
    cause = str(refusal)
    return _answered(lambda: _machine().send_task_failure(taskToken=token, error=type(refusal).__name__, cause=cause))


def _answered(call: Callable[[], object]) -> bool:
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOBODY_WAITS:
            return False
        raise UnavailableError(str(error)) from error
    except BotoCoreError as error:
        raise UnavailableError(str(error)) from error
    return True
