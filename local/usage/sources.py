"""Where use is seen: at the doors of the emulator's services, and where it runs functions and workflows.

- `dynamodb_read_units`, `dynamodb_write_units`: by `dynamodb_requests`.
- `lambda_requests`, `lambda_milliseconds`, `lambda_megabyte_milliseconds`: each invocation, as long as it took here, by
  the configured memory.
- `http_api_requests`: each invocation that a route made.
- `log_bytes`: what functions print, with the 26 bytes that CloudWatch adds to a line.
- `events_published`, `event_bytes`: each entry of PutEvents, by 64 kB; the size of its detail.
- `sqs_requests`: an event put into a queue, by 64 kB; for each batch that a function gets, one receive and one delete.
- `state_transitions`: each state that a workflow enters, and its start and its end.
- `s3_writes`, `s3_reads`, `emails`: requests to S3, messages handed over to SES.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from ministack import app
from ministack.services import eventbridge, lambda_svc, ses_v2, stepfunctions

from local.usage import dynamodb_requests
from local.usage.tally import Tally, service_of

CHUNK = 64 * 1024
LINE_BYTES = 26
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html"""

Handler: TypeAlias = Callable[..., Awaitable[tuple[int, Mapping[str, str], bytes]]]

_MAIL = re.compile(r"/v2/email/outbound-(?:bulk-)?emails$")
_MESSAGES = re.compile(r"(?:Send|Receive|Delete)Message|ChangeMessageVisibility")


def install(tally: Tally) -> None:
    """Lets a tally see what is used.

    Args:
        tally: What counts it.
    """
    _see_requests(tally)
    _see_invocations(tally)
    _see_events(tally)
    _see_workflows(tally)


def _see_requests(tally: Tally) -> None:
    handlers: dict[str, Handler] = app.SERVICE_HANDLERS
    of_dynamodb, of_sqs, of_s3 = (handlers[name] for name in ("dynamodb", "sqs", "s3"))
    of_ses: Handler = ses_v2.handle_request

    async def dynamodb(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        if not tally.counts or not operation:
            return await of_dynamodb(method, path, headers, body, query)
        answer = await of_dynamodb(method, path, headers, dynamodb_requests.with_capacity(body), query)
        dynamodb_requests.count(tally, operation, json.loads(body), answer[0], json.loads(answer[2] or b"{}"))
        return answer

    async def sqs(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        if tally.counts and _MESSAGES.match(operation):
            queue = str(json.loads(body or b"{}").get("QueueUrl", "")).rpartition("/")[2]
            tally.add(queue, "sqs_requests", 1)
        return await of_sqs(method, path, headers, body, query)

    async def ses(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        if _MAIL.search(path) and method == "POST":
            tally.add("SES", "emails", 1, service="Notifications")
        return await of_ses(method, path, headers, body, query)

    async def s3(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        bucket = path.strip("/").partition("/")[0]
        is_read = method in ("GET", "HEAD") and "list-type" not in query
        tally.add(bucket, "s3_reads" if is_read else "s3_writes", 1, service=service_of(bucket).capitalize())
        return await of_s3(method, path, headers, body, query)

    handlers.update(dynamodb=dynamodb, sqs=sqs, s3=s3)
    ses_v2.handle_request = ses


def _see_invocations(tally: Tally) -> None:
    execute = lambda_svc._execute_function_warm

    def counted(function: Any, event: Any, request_id: str) -> Any:
        if not tally.counts:
            return execute(function, event, request_id)
        started = time.perf_counter()
        result = execute(function, event, request_id)
        milliseconds = math.ceil((time.perf_counter() - started) * 1000)
        configuration = function.get("config") or function
        name = configuration["FunctionName"]
        tally.add(name, "lambda_requests", 1)
        tally.add(name, "lambda_milliseconds", milliseconds)
        tally.add(name, "lambda_megabyte_milliseconds", milliseconds * int(configuration.get("MemorySize", 128)))
        lines = str(result.get("log") or "").splitlines()
        tally.add(name, "log_bytes", sum(len(line.encode()) + LINE_BYTES for line in lines))
        _count_what_invoked(tally, name, event)
        return result

    lambda_svc._execute_function_warm = counted


def _count_what_invoked(tally: Tally, name: str, event: Any) -> None:
    if not isinstance(event, dict):
        return
    if "http" in event.get("requestContext", {}):
        tally.add(name, "http_api_requests", 1)
    elif (records := event.get("Records")) and records[0].get("eventSource") == "aws:sqs":
        tally.add(str(records[0]["eventSourceARN"]).rpartition(":")[2], "sqs_requests", 2)


def _see_events(tally: Tally) -> None:
    put, deliver = eventbridge._put_events, eventbridge._dispatch_to_sqs

    def counted_put(data: Any, *args: Any, **kwargs: Any) -> Any:
        for entry in data.get("Entries", []):
            source = str(entry.get("Source", ""))
            if source.startswith("aws."):
                continue  # what AWS itself says is free
            words = re.split(r"[_-]", source.rpartition(".")[2])
            service = "".join(word.capitalize() for word in words)
            size = len(str(entry.get("Detail", "")).encode())
            tally.add(str(entry.get("DetailType", "")), "events_published", math.ceil(size / CHUNK), service=service)
            tally.add(str(entry.get("DetailType", "")), "event_bytes", size, service=service)
        return put(data, *args, **kwargs)

    def counted_delivery(spec: Any, payload: str, *args: Any, **kwargs: Any) -> Any:
        tally.add(spec.resource, "sqs_requests", math.ceil(len(payload.encode()) / CHUNK))
        return deliver(spec, payload, *args, **kwargs)

    eventbridge._put_events, eventbridge._dispatch_to_sqs = counted_put, counted_delivery


def _see_workflows(tally: Tally) -> None:
    add = stepfunctions._add_event

    def counted(execution: Any, event_type: str, details: Any = None) -> Any:
        machine = str(execution.get("stateMachineArn", "")).rpartition(":")[2]
        if event_type.endswith("StateEntered"):
            tally.add(machine, "state_transitions", 1)
        elif event_type in ("ExecutionSucceeded", "ExecutionFailed"):
            tally.add(machine, "state_transitions", 2)
        return add(execution, event_type, details)

    stepfunctions._add_event = counted
