"""A function that reads a full queue."""

import time
from collections.abc import Callable

from .conftest import RunningServer

SEND_AT_ONCE = 10


def printed_while_reading(
    server: RunningServer,
    code: str,
    *,
    name: str,
    messages: int,
    batch_size: int,
    window_seconds: int = 0,
    until: Callable[[list[str]], bool],
) -> list[str]:
    """What the function printed while it read the queue.

    Args:
        server: Where both are made.
        code: Its handler prints one line a batch.
        name: Of function and queue.
        messages: How many are in the queue before the function begins.
        batch_size: How many the function asks for at a time.
        window_seconds: How long it lets a batch gather.
        until: Whether these lines are all; waited for 30 s at most.
    """
    server.function(name, code)
    queues, functions, logs = server.client("sqs"), server.client("lambda"), server.client("logs")
    url = queues.create_queue(QueueName=name)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    entries = [{"Id": str(number), "MessageBody": str(number)} for number in range(messages)]
    for start in range(0, messages, SEND_AT_ONCE):
        queues.send_message_batch(QueueUrl=url, Entries=entries[start : start + SEND_AT_ONCE])
    mapping = functions.create_event_source_mapping(
        FunctionName=name, EventSourceArn=arn, BatchSize=batch_size, MaximumBatchingWindowInSeconds=window_seconds
    )["UUID"]
    group, deadline, lines = f"/aws/lambda/{name}", time.monotonic() + 30, list[str]()
    while not until(lines) and time.monotonic() < deadline:
        time.sleep(0.2)
        if any(found["logGroupName"] == group for found in logs.describe_log_groups()["logGroups"]):
            events = logs.filter_log_events(logGroupName=group, filterPattern="got")["events"]
            lines = [event["message"] for event in events]
    functions.delete_event_source_mapping(UUID=mapping)
    return lines
