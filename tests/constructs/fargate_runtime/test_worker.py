"""The worker against a queue: batches, partial failures, crashes, time, and its end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest

from tests.constructs.fargate_runtime.otlp_sink import OtlpSink, attributes
from tests.constructs.fargate_runtime.runtime_process import RuntimeProcess
from tests.emulator import emulator_process

Start = Callable[[str, Mapping[str, str]], RuntimeProcess]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with emulator_process(tmp_path_factory.mktemp("emulator")) as url:
        yield url


class Queue:
    """A queue of the test's own, and a worker on it."""

    def __init__(self, endpoint: str, folder: Path, start: Start) -> None:
        self._endpoint, self._start = endpoint, start
        self._taken = folder / "taken"
        self._sqs = boto3.client(
            "sqs", region_name="us-east-1", endpoint_url=endpoint, aws_access_key_id="t", aws_secret_access_key="t"
        )
        self.url = self._sqs.create_queue(QueueName=f"queue-{uuid4()}")["QueueUrl"]

    def send(self, *bodies: str, trace: str | None = None) -> None:
        for body in bodies:
            attribute: Any = {"AWSTraceHeader": {"DataType": "String", "StringValue": trace}} if trace else {}
            self._sqs.send_message(QueueUrl=self.url, MessageBody=body, MessageSystemAttributes=attribute)

    def work(self, environment: Mapping[str, str] | None = None, **consumer: int) -> RuntimeProcess:
        entry = {"queue_url": self.url, "handler": "shop.events.handler", "visibility_seconds": 3, "poll_seconds": 1}
        entry |= consumer
        return self._start(
            "worker",
            {
                "CONSUMERS": json.dumps([entry]),
                "TAKEN": str(self._taken),
                "TIMEOUT_SECONDS": "30",
                "AWS_ENDPOINT_URL": self._endpoint,
                "AWS_REGION": "us-east-1",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                **(environment or {}),
            },
        ).wait_until_healthy()

    @property
    def taken(self) -> list[Any]:
        return [json.loads(line) for line in self._taken.read_text().splitlines()] if self._taken.exists() else []

    @property
    def bodies(self) -> list[str]:
        return [body for entry in self.taken for body in entry["bodies"]]

    def left(self) -> int:
        names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def visible(self) -> int:
        found = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(found["Attributes"]["ApproximateNumberOfMessages"])


@pytest.fixture
def queue(endpoint: str, tmp_path: Path, start: Start) -> Queue:
    return Queue(endpoint, tmp_path, start)


def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.05)


def test_messages_arrive_as_lambda_hands_them_over_and_are_deleted(queue: Queue) -> None:
    queue.send("one", "two")
    queue.work()
    until(lambda: len(queue.bodies) == 2)
    until(lambda: queue.left() == 0)

    record = queue.taken[0]["record"]
    name = queue.url.rpartition("/")[2]
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == f"arn:aws:sqs:us-east-1:000000000000:{name}"
    assert record["awsRegion"] == "us-east-1"
    assert record["body"] == "one"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert {"messageId", "receiptHandle", "md5OfBody", "messageAttributes"} <= set(record)
    assert 0 < queue.taken[0]["remaining"] <= 30_000


def test_only_what_a_handler_names_comes_again(queue: Queue) -> None:
    queue.send("good", "fail", "also good")
    queue.work(visibility_seconds=1)
    until(lambda: queue.bodies.count("fail") >= 3)

    assert queue.bodies.count("good") == queue.bodies.count("also good") == 1
    assert queue.left() == 1


@pytest.mark.parametrize("body", ["raise", "crash"])
def test_a_handler_that_fails_gets_the_whole_batch_again(queue: Queue, body: str) -> None:
    queue.send("good", body)
    worker = queue.work(visibility_seconds=1)
    until(lambda: queue.bodies.count(body) >= 2, seconds=25)

    assert queue.bodies.count("good") >= 2
    assert queue.left() == 2
    assert worker.check() == 0


def test_a_message_stays_hidden_while_it_is_worked_on(queue: Queue) -> None:
    queue.send("sleep 4")
    queue.work(visibility_seconds=2, concurrency=2)
    until(lambda: queue.left() == 0, seconds=20)
    assert queue.bodies == ["sleep 4"]


def test_a_batch_that_takes_too_long_is_ended_and_comes_again(queue: Queue) -> None:
    queue.send("sleep 20")
    worker = queue.work({"TIMEOUT_SECONDS": "1"}, visibility_seconds=2)
    until(lambda: len(queue.bodies) >= 2, seconds=20)
    assert "HandlerTimeoutError" in worker.said


def test_as_many_batches_run_at_once_as_allowed(queue: Queue) -> None:
    queue.send(*["sleep 6"] * 4)
    queue.work(batch_size=1, concurrency=3, visibility_seconds=20)
    until(lambda: len(queue.taken) == 3)
    assert queue.left() == 4  # none of them has ended
    time.sleep(0.5)
    assert len(queue.taken) == 3


def test_a_window_fills_a_batch(queue: Queue) -> None:
    worker = queue.work(batch_size=20, window_seconds=3, visibility_seconds=10)
    assert worker.check() == 0
    queue.send(*[f"message {number}" for number in range(12)])
    until(lambda: queue.left() == 0, seconds=20)
    assert len(queue.taken) == 1
    assert len(queue.bodies) == 12


def test_sigterm_lets_a_batch_end_and_takes_no_other(queue: Queue) -> None:
    queue.send("sleep 2")
    worker = queue.work(batch_size=1)
    until(lambda: queue.bodies == ["sleep 2"])
    queue.send("later")

    assert worker.stop(timeout=25) == 0
    assert queue.bodies == ["sleep 2"]
    assert queue.visible() == queue.left() == 1


def test_a_batch_is_a_consumer_span_of_the_senders_trace(queue: Queue) -> None:
    sink = OtlpSink()
    header = "Root=1-65f0c0de-0123456789abcdef01234567;Parent=00f067aa0ba902b7;Sampled=1"
    queue.send("traced", trace=header)
    queue.work({"OTEL_EXPORTER_OTLP_ENDPOINT": sink.url, "OTEL_BSP_SCHEDULE_DELAY": "100"})

    span = sink.wait_for(lambda span: span.name.startswith("process queue-"))
    sink.close()
    assert span.kind == span.SPAN_KIND_CONSUMER
    assert span.trace_id.hex() == "65f0c0de0123456789abcdef01234567"
    assert span.parent_span_id.hex() == "00f067aa0ba902b7"
    assert attributes(span)["messaging.batch.message_count"] == 1
    assert queue.taken[0]["trace"].startswith("Root=1-65f0c0de-0123456789abcdef01234567;Parent=")


def test_a_queue_that_does_not_answer_is_asked_again(queue: Queue) -> None:
    worker = queue.work({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    until(lambda: worker.said.count("Could not connect") >= 2, seconds=30)
    assert worker.process.poll() is None
    assert worker.stop() == 0
