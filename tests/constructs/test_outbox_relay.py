"""The relay's code: everything is published, or it raises."""

import io
import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from mach_constructs.events.outbox_relay import handler as relay
from mach_constructs.events.outbox_relay.entries import (
    MOST_BYTES,
    MOST_ENTRIES,
    Entry,
    UnpublishableError,
    calls,
    entry_of,
)
from mach_constructs.events.outbox_relay.log import FORMATTER, logger
from mach_constructs.events.outbox_relay.publishing import NotPublishedError, publish


def outbox(number: int = 1, *, size: int = 0, **changes: object) -> str:
    event = {
        "source": "shop.orders",
        "detail_type": "OrderPlaced",
        "time": "2026-11-23T08:00:00+00:00",
        "trace_header": "Root=1-2-3",
        "detail": {"metadata": {"version": 1}, "data": {"number": number, "padding": "x" * size}},
    }
    return json.dumps({**event, **changes})


class Bus:
    """A bus that answers with prepared error codes, call by call, and then accepts everything."""

    def __init__(self, *answers: list[str | None] | Exception) -> None:
        self.answers = list(answers)
        self.sent: list[list[int]] = []

    def put_events(self, *, Entries: Sequence[Any]) -> Any:  # noqa: N803
        assert 0 < len(Entries) <= MOST_ENTRIES
        self.sent.append([json.loads(entry["Detail"])["data"]["number"] for entry in Entries])
        codes = self.answers.pop(0) if self.answers else [None] * len(Entries)
        if isinstance(codes, Exception):
            raise codes
        return {"Entries": [{"ErrorCode": code} if code else {"EventId": "e"} for code in codes]}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def nothing(*_arguments: object) -> None:
    """What is done with an event that is on the bus."""


def send(bus: Bus, count: int, *, seconds: float = 10) -> tuple[Clock, list[tuple[int, str]]]:
    clock = Clock()
    rejected: list[tuple[int, str]] = []

    def reject(entry: Entry, error: UnpublishableError) -> None:
        rejected.append((json.loads(entry.event)["detail"]["data"]["number"], str(error)))

    entries = [entry_of(outbox(number), bus="mesh") for number in range(count)]
    publish(entries, bus=bus, give_up_at=seconds, accept=nothing, reject=reject, clock=clock, sleep=clock.sleep)
    return clock, rejected


def test_events_go_out_in_order_ten_a_call() -> None:
    bus = Bus()
    clock, _ = send(bus, 23)
    assert bus.sent == [list(range(10)), list(range(10, 20)), [20, 21, 22]]
    assert clock.pauses == []


def test_only_what_failed_is_sent_again_with_growing_jittered_pauses() -> None:
    bus = Bus([None, "ThrottlingException", None], ["InternalFailure"])
    clock, rejected = send(bus, 3)
    assert bus.sent == [[0, 1, 2], [1], [1]]
    assert len(clock.pauses) == 2
    assert 0.025 <= clock.pauses[0] <= 0.05 <= clock.pauses[1] <= 0.1
    assert rejected == []


def test_a_call_that_fails_as_a_whole_is_sent_again() -> None:
    bus = Bus(EndpointConnectionError(endpoint_url="https://events"))
    send(bus, 12)
    assert bus.sent == [list(range(10)), [10, 11], list(range(10))]


def test_when_time_runs_out_it_raises() -> None:
    refusals: list[list[str | None]] = [["ThrottlingException"]] * 1000
    bus = Bus([None, "ThrottlingException"], *refusals)
    with pytest.raises(NotPublishedError, match="1 of 2 events are not published: ThrottlingException"):
        send(bus, 2, seconds=5)
    assert len(bus.sent) > 3


def test_an_entry_that_is_never_accepted_is_rejected_and_holds_nobody_up() -> None:
    bus = Bus(["MalformedDetail", None])
    _, rejected = send(bus, 2)
    assert bus.sent == [[0, 1]]
    assert rejected == [(0, "MalformedDetail: ")]


def test_a_call_stays_below_its_size() -> None:
    entries = [entry_of(outbox(number, size=100_000), bus="mesh") for number in range(5)]
    grouped = list(calls(entries))
    assert [len(call) for call in grouped] == [2, 2, 1]
    assert all(sum(entry.size for entry in call) <= MOST_BYTES for call in grouped)


def test_size_counts_bytes_not_characters() -> None:
    event = outbox(detail={"text": "é" * (MOST_BYTES // 2)})
    with pytest.raises(UnpublishableError, match=rf"bytes are more than EventBridge's {MOST_BYTES}"):
        entry_of(event, bus="mesh")


def test_an_entry_carries_time_and_trace() -> None:
    request = entry_of(outbox(), bus="mesh").request
    assert request["EventBusName"] == "mesh"
    assert (request["Source"], request["DetailType"]) == ("shop.orders", "OrderPlaced")
    assert request["Time"].isoformat() == "2026-11-23T08:00:00+00:00"  # type: ignore[union-attr]
    assert request["TraceHeader"] == "Root=1-2-3"
    assert "TraceHeader" not in entry_of(outbox(trace_header=None), bus="mesh").request


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ("{", "not an outbox event"),
        ("[]", "not an outbox event"),
        (outbox(source=""), "source must be a text, got ''"),
        (outbox(detail_type=None), "detail_type must be a text, got None"),
        (outbox(time="yesterday"), "Invalid isoformat string"),
        (outbox(detail="text"), "detail must be an object, got str"),
    ],
)
def test_malformed_items_are_told_apart(event: str, message: str) -> None:
    with pytest.raises(UnpublishableError, match=message):
        entry_of(event, bus="mesh")


class Queue:
    def __init__(self) -> None:
        self.messages: list[dict[str, str]] = []

    def send_message(self, **message: str) -> None:
        self.messages.append(message)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    queue = Queue()
    monkeypatch.setenv("EVENT_BUS_NAME", "mesh")
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", "https://queue")
    monkeypatch.setattr(relay, "_queue", lambda: queue)
    return queue


def batch(*events: str) -> Any:
    return {"Records": [{"eventID": "1", "dynamodb": {"NewImage": {"outbox_event": {"S": e}}}} for e in events]}


def context(milliseconds: int) -> Any:
    return SimpleNamespace(get_remaining_time_in_millis=lambda: milliseconds, aws_request_id="invocation-1")


def test_a_poisonous_item_is_kept_whole_and_the_others_are_published(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = Bus()
    monkeypatch.setattr(relay, "_events", lambda: bus)
    relay.handler(batch(outbox(1), "poison", outbox(2)), context(15_000))
    assert bus.sent == [[1, 2]]
    (message,) = queue.messages
    assert message["QueueUrl"] == "https://queue"
    assert json.loads(message["MessageBody"])["outbox_event"] == "poison"


def test_the_handler_never_answers_with_partial_failures(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "_events", lambda: Bus([None, "ThrottlingException"]))
    with pytest.raises(NotPublishedError):
        relay.handler(batch(outbox(1), outbox(2)), context(6_000))
    assert queue.messages == []


def test_an_item_is_not_lost_when_the_dead_letter_queue_is_out_of_reach(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_message: str) -> None:
        raise EndpointConnectionError(endpoint_url="https://queue")

    monkeypatch.setattr(queue, "send_message", refuse)
    with pytest.raises(EndpointConnectionError):
        relay.handler(batch("poison"), context(15_000))


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the relay writes to its log."""
    stream = io.StringIO()
    (handler,) = (handler for handler in logger().handlers if handler.formatter is FORMATTER)
    monkeypatch.setattr(handler, "stream", stream)
    return stream


def test_each_event_leaves_a_line_that_leads_back_to_its_request(
    queue: Queue, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "_events", lambda: Bus(["MalformedDetail", None]))
    monkeypatch.setenv("SERVICE_NAME", "orders")
    header = "Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1"
    metadata = {"version": 1, "event_id": "e-1", "correlation_id": "c-1"}
    event = outbox(trace_header=header, detail={"metadata": metadata, "data": {"number": 1}})
    relay.handler(batch(outbox(2), event), context(15_000))

    refused, published = (json.loads(line) for line in logged.getvalue().splitlines())
    assert published.pop("timestamp")
    assert published == {
        "level": "INFO",
        "message": "event published",
        "service": "orders",
        "request_id": "invocation-1",
        "detail_type": "OrderPlaced",
        "event_id": "e-1",
        "correlation_id": "c-1",
        "origin_trace_id": "1-67891233-abcdef012345678912345678",
        "bus_event_id": "e",
    }
    assert (refused["level"], refused["message"]) == ("ERROR", "event cannot be published")
    assert len(queue.messages) == 1


def test_events_of_another_shape_are_logged_by_their_type_alone() -> None:
    for detail in ({}, {"metadata": None}, {"metadata": {"event_id": 7}}):
        assert entry_of(outbox(detail=detail, trace_header="x"), bus="mesh").log_keys == {"detail_type": "OrderPlaced"}
