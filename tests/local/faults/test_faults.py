"""Faults strike whom they name, as often as they say, and nobody else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.local.faults.conftest import PATH
from tests.local.fixups.conftest import RunningServer

UPDATE = "DynamoDB_20120810.UpdateItem"


def run(count: Callable[..., Any], who: str) -> Any:
    answer = count(Payload=json.dumps({"who": who}).encode())
    result = json.load(answer["Payload"])
    return result["errorType"] if "FunctionError" in answer else result["times"]


def counted(aws: RunningServer, who: str) -> int:
    item = aws.client("dynamodb").get_item(TableName="counted", Key={"pk": {"S": who}}, ConsistentRead=True)
    return int(item["Item"]["times"]["N"]) if "Item" in item else 0


def ask(faults: httpx.Client, kind: str, **fields: object) -> None:
    answer = faults.post(PATH, json={"function": "Counter", "kind": kind, **fields})
    assert answer.status_code == 201, answer.text


def struck(faults: httpx.Client) -> int:
    times: int = faults.get(PATH).json()["faults"][-1]["struck"]
    return times


@pytest.mark.parametrize(("moment", "effects"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("call", ["", UPDATE])
def test_a_function_is_killed_before_or_after_its_effect(
    aws: RunningServer, count: Callable[..., Any], faults: httpx.Client, call: str, moment: str, effects: int
) -> None:
    who = f"killed-{moment}-{call}"
    ask(faults, "kill", call=call, moment=moment)
    assert isinstance(run(count, who), str)
    assert counted(aws, who) == effects
    assert run(count, who) == effects + 1
    assert struck(faults) == 1


def test_a_repeated_invocation_runs_twice(aws: RunningServer, count: Callable[..., Any], faults: httpx.Client) -> None:
    ask(faults, "repeat")
    assert run(count, "repeated") == 2
    assert run(count, "repeated") == 3
    assert counted(aws, "repeated") == 3


def test_a_late_invocation_does_not_run(aws: RunningServer, count: Callable[..., Any], faults: httpx.Client) -> None:
    ask(faults, "late", times=2)
    assert run(count, "late") == run(count, "late") == "Runtime.ExitError"
    assert counted(aws, "late") == 0
    assert run(count, "late") == 1


def test_a_throttled_call_has_no_effect(aws: RunningServer, count: Callable[..., Any], faults: httpx.Client) -> None:
    # The SDK tries again by itself, ten times.
    ask(faults, "throttle", call=UPDATE, times=2)
    assert run(count, "throttled") == 1
    assert struck(faults) == 2
    assert counted(aws, "throttled") == 1


def test_a_delayed_call_has_its_effect_and_answers_later(
    aws: RunningServer, count: Callable[..., Any], faults: httpx.Client
) -> None:
    run(count, "delayed")
    ask(faults, "delay", call=UPDATE, seconds=1.5)
    began = time.monotonic()
    assert run(count, "delayed") == 2
    assert time.monotonic() - began > 1.5
    assert counted(aws, "delayed") == 2


def test_a_fault_lets_others_and_the_first_pass(count: Callable[..., Any], faults: httpx.Client) -> None:
    ask(faults, "late", skip=1)
    ask(faults, "late", function="Another")
    assert run(count, "passed") == 1
    assert run(count, "passed") == "Runtime.ExitError"
    assert run(count, "passed") == 2
    assert [fault["struck"] for fault in faults.get(PATH).json()["faults"]][-2:] == [1, 0]


def test_forgotten_faults_strike_nobody(count: Callable[..., Any], faults: httpx.Client) -> None:
    ask(faults, "late")
    faults.delete(PATH)
    assert run(count, "forgotten") == 1


@pytest.mark.parametrize(
    ("document", "detail"),
    [
        (
            {"function": "x", "kind": "explode"},
            "kind must be one of kill, throttle, conflict, delay, ",
        ),
        ({"kind": "kill"}, "a fault must have function and kind, got no function"),
        ({"function": "", "kind": "kill"}, "function must be part of a function's name, got ''"),
        ({"function": "x", "kind": "kill", "often": 1}, "a fault has only "),
        ({"function": "x", "kind": "kill", "times": 0}, "times must be 1 to 10000 and skip at least 0, got 0, 0"),
        ({"function": "x", "kind": "kill", "times": "1"}, "times must be of type int, got '1'"),
        ({"function": "x", "kind": "kill", "moment": "never"}, "moment must be one of before, after, got 'never'"),
        ({"function": "x", "kind": "repeat", "call": "y"}, "call must be empty for repeat"),
        ({"function": "x", "kind": "throttle"}, "call must name what a throttle strikes, got ''"),
        (
            {"function": "x", "kind": "conflict", "call": "y"},
            "call must be of TransactWriteItems for conflict, got 'y'",
        ),
        ({"function": "x", "kind": "delay", "call": "y"}, "seconds must be more than 0 and at most 900, got 0.0"),
        ([], "a fault must be an object, got []"),
    ],
)
def test_what_is_no_fault_is_refused(faults: httpx.Client, document: object, detail: str) -> None:
    answer = faults.post(PATH, json=document)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(detail)
