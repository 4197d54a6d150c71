import time

from .conftest import RunningServer

CODE = """
import os, time

def handler(event, context):
    time.sleep(0.4)
    print("pid", os.getpid())
"""
MESSAGES = 10


def processes(server: RunningServer) -> int:
    """How many processes of a function read a queue that is full."""
    server.function("reader", CODE)
    queues, functions, logs = server.client("sqs"), server.client("lambda"), server.client("logs")
    url = queues.create_queue(QueueName="full")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    entries = [{"Id": str(number), "MessageBody": str(number)} for number in range(MESSAGES)]
    queues.send_message_batch(QueueUrl=url, Entries=entries)
    mapping = functions.create_event_source_mapping(FunctionName="reader", EventSourceArn=arn, BatchSize=2)["UUID"]
    deadline, said = time.monotonic() + 30, list[str]()
    while len(said) < MESSAGES // 2 and time.monotonic() < deadline:
        time.sleep(0.2)
        groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
        if "/aws/lambda/reader" in groups:
            events = logs.filter_log_events(logGroupName="/aws/lambda/reader", filterPattern="pid")["events"]
            said = [event["message"] for event in events]
    functions.delete_event_source_mapping(UUID=mapping)
    return len(set(said))


def test_at_most_two_processes_read_a_queue(fixed: RunningServer) -> None:
    assert 1 <= processes(fixed) <= 2


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    assert processes(plain) > 2
