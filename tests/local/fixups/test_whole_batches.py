import re
import time

from .conftest import RunningServer

CODE = "def handler(event, context): print('got', len(event['Records']))"
MESSAGES = 30
MESSAGES_A_CALL = 10


def largest_batch(server: RunningServer) -> int:
    """How many of a queue's messages a function that asks for a hundred gets at most."""
    server.function("gatherer", CODE)
    queues, functions, logs = server.client("sqs"), server.client("lambda"), server.client("logs")
    url = queues.create_queue(QueueName="gathered")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    entries = [{"Id": str(number), "MessageBody": str(number)} for number in range(MESSAGES_A_CALL)]
    for _ in range(MESSAGES // MESSAGES_A_CALL):
        queues.send_message_batch(QueueUrl=url, Entries=entries)
    mapping = functions.create_event_source_mapping(
        FunctionName="gatherer", EventSourceArn=arn, BatchSize=100, MaximumBatchingWindowInSeconds=1
    )["UUID"]
    deadline, sizes = time.monotonic() + 30, list[int]()
    while sum(sizes) < MESSAGES and time.monotonic() < deadline:
        time.sleep(0.2)
        groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
        if "/aws/lambda/gatherer" in groups:
            events = logs.filter_log_events(logGroupName="/aws/lambda/gatherer", filterPattern="got")["events"]
            sizes = [int(re.sub(r"\D", "", event["message"])) for event in events]
    functions.delete_event_source_mapping(UUID=mapping)
    assert sum(sizes) == MESSAGES
    return max(sizes)


def test_a_batch_is_as_large_as_its_mapping_says(fixed: RunningServer) -> None:
    assert largest_batch(fixed) == MESSAGES


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    assert largest_batch(plain) == 10
