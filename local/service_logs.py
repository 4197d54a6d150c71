"""Follows the structured logs of a service: every function and container, merged by time, one readable line each."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from rich.text import Text

from local.aws import LocalAws
from local.failure import FailureError

FUNCTION, TASK = "AWS::Lambda::Function", "AWS::ECS::TaskDefinition"
POLL_SECONDS = 0.5
Identity = tuple[str, int, str, int]
_METRICS_ONLY = re.compile(r'^\{"_aws":(?!.*"message":)')
_OF_THE_PLATFORM = re.compile(r"^(INIT_START|START|END|REPORT) ?(RequestId)?")
_SHOWN_APART = {"timestamp", "time", "level", "message", "location", "service", "sampling_rate", "xray_trace_id"}
_COLOURS = {
    "DEBUG": "dim",
    "INFO": "green",
    "WARNING": "yellow",
    "WARN": "yellow",
    "ERROR": "red",
    "CRITICAL": "bold red",
}


def log_groups(aws: LocalAws, service: str) -> dict[str, str]:
    """The log groups of a service's functions and containers: name of the group to who writes there.

    Args:
        aws: The local AWS.
        service: Name of the service, in any case: its stack's name.

    Raises:
        FailureError: When no deployed stack of that name has functions or tasks; the message names those that have.
    """
    services = {stack.lower(): found for stack in aws.stack_names() if (found := _that_log(aws, stack))}
    if not services:
        raise FailureError("the storefront is not deployed here: run `make up`")
    if service.lower() not in services:
        raise FailureError(f"service {service!r}: the services here are {', '.join(sorted(services))}")
    return {
        group: re.sub(r"[0-9A-F]{8}$", "", logical_id)
        for kind, logical_id, name in services[service.lower()]
        for group in (_groups_of_task(aws, name) if kind == TASK else [_group_of_function(aws, name)])
    }


def _that_log(aws: LocalAws, stack: str) -> list[tuple[str, str, str]]:
    """Type, logical id and physical id of a stack's functions and task definitions."""
    return [
        (resource["ResourceType"], resource["LogicalResourceId"], resource["PhysicalResourceId"])
        for page in aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] in (FUNCTION, TASK) and "PhysicalResourceId" in resource
    ]


def _group_of_function(aws: LocalAws, function: str) -> str:
    configuration = aws.functions.get_function_configuration(FunctionName=function)
    return configuration.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{function}"


def _groups_of_task(aws: LocalAws, definition: str) -> set[str]:
    containers = aws.containers.describe_task_definition(taskDefinition=definition)["taskDefinition"][
        "containerDefinitions"
    ]
    groups = (container.get("logConfiguration", {}).get("options", {}).get("awslogs-group") for container in containers)
    return {group for group in groups if group}


def lines(aws: LocalAws, service: str, *, follow: bool, since: float = 0.0) -> Iterator[Text]:
    """The lines so far, oldest first, and when followed those that come, until interrupted.

    Args:
        aws: The local AWS.
        service: Name of the service.
        follow: Whether to wait for more.
        since: Seconds since the epoch of the oldest line.

    Raises:
        FailureError: When there is no such service.
    """
    groups = log_groups(aws, service)
    start, seen = int(since * 1000), set[Identity]()
    while True:
        events = sorted(_events(aws, groups, start, seen), key=lambda event: event[0])
        for moment, function, message in events:
            yield readable(moment / 1000, function, message)
        if not follow:
            return
        start = max([start, *(moment - 1000 for moment, _, _ in events)])
        time.sleep(POLL_SECONDS)


def readable(moment: float, function: str, message: str) -> Text:
    """One log record as a line: time, function, level, message, and the other fields as `name=value`.

    Args:
        moment: Seconds since the epoch.
        function: Which function wrote it.
        message: The record, JSON or plain text.
    """
    line = Text(datetime.fromtimestamp(moment, UTC).strftime("%H:%M:%S.%f")[:-3], style="dim")
    line.append(f" {function} ", style="cyan")
    try:
        record = json.loads(message)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        return line.append(message.rstrip(), style="default")
    level = str(record.get("level", "INFO")).upper()
    line.append(f"{level} ", style=_COLOURS.get(level, "default"))
    line.append(_plain(record.get("message", "")), style="bold")
    for name, value in record.items():
        if name not in _SHOWN_APART and value not in (None, ""):
            line.append(f" {name}=", style="dim").append(_plain(value), style="default")
    return line


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_noise(message: str) -> bool:
    """Whether a line is of the platform, or tells metrics and nothing else."""
    return bool(_OF_THE_PLATFORM.match(message) or _METRICS_ONLY.match(message))


def _events(aws: LocalAws, groups: dict[str, str], start: int, seen: set[Identity]) -> Iterator[tuple[int, str, str]]:
    for group, function in groups.items():
        try:
            pages = list(aws.logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=start))
        except aws.logs.exceptions.ResourceNotFoundException:
            continue  # a function that has not run yet
        alike = Counter[tuple[str, int, str]]()
        for event in (event for page in pages for event in page["events"]):
            record = (event["logStreamName"], event["timestamp"], event["message"])
            alike[record] += 1  # the emulator's events have no id; equal ones are told apart by their order
            identity = (*record, alike[record])
            if identity not in seen and not _is_noise(event["message"]):
                seen.add(identity)
                yield event["timestamp"], function, event["message"]
