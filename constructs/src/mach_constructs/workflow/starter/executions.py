"""Executions of the state machine: one a name, however often it is asked for."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from functools import cache
from typing import Protocol, TypedDict, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

LARGEST_INPUT = 262_144
"""Bytes that the input of an execution may have
(https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html)."""

# Step Functions does not log executions whose names have other characters.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CONFIG = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3})
_UNAVAILABLE = frozenset({"ExecutionLimitExceeded", "ThrottlingException"})


class OtherInputError(Exception):
    """An execution of this name was started with another input."""


class UnavailableError(Exception):
    """Step Functions takes no more executions just now."""


class Execution(TypedDict, total=False):
    """The part of an execution that matters here."""

    status: str
    input: str
    error: str


class Machine(Protocol):
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

    def describe_execution(self, *, executionArn: str) -> Execution:  # noqa: N803
        """Tell how one fares."""


@cache
def _machine() -> Machine:
    return cast(Machine, boto3.client("stepfunctions", config=_CONFIG))


def name_for(kind: str, identity: str) -> str:
    """Give the name that every attempt to start the same execution uses.

    Args:
        kind: "event" or "request".
        identity: What tells executions of this kind apart; hashed unless it can stand in a name.
    """
    return f"{kind}-{identity if _NAME.fullmatch(identity) else hashlib.sha256(identity.encode()).hexdigest()}"


def start(name: str, execution_input: Mapping[str, object]) -> None:
    """Start an execution, in the trace of the invocation, unless one of this name was started within 90 days.

    Args:
        name: From `name_for`.
        execution_input: What its steps get as `input`.

    Raises:
        OtherInputError: The one that was started has other data.
        UnavailableError: Try again later.
    """
    # Without it the execution would be a trace of its own, which nothing leads to from the request or the event.
    trace = os.environ.get("_X_AMZN_TRACE_ID")
    try:
        _machine().start_execution(
            stateMachineArn=os.environ["STATE_MACHINE_ARN"],
            name=name,
            input=as_json(execution_input),
            **({"traceHeader": trace} if trace else {}),
        )
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _UNAVAILABLE:
            raise UnavailableError(code) from error
        if code != "ExecutionAlreadyExists":
            raise
        started = describe(name)
        if started is not None and _asked(json.loads(started["input"])) != _asked(execution_input):
            raise OtherInputError(name) from error


def describe(name: str) -> Execution | None:
    """Tell how an execution fares; None if there is none of this name."""
    machine_arn = os.environ["STATE_MACHINE_ARN"]
    execution_arn = f"{machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
    try:
        return _machine().describe_execution(executionArn=execution_arn)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("ExecutionDoesNotExist", "InvalidArn"):
            return None
        raise


def as_json(execution_input: Mapping[str, object]) -> str:
    """Give an input as it is sent."""
    return json.dumps(execution_input, ensure_ascii=False, separators=(",", ":"))


def _asked(execution_input: Mapping[str, object]) -> tuple[object, object]:
    # Time and request differ from attempt to attempt; what was asked for does not.
    metadata = execution_input.get("metadata")
    return execution_input.get("data"), metadata.get("path_parameters") if isinstance(metadata, Mapping) else None
