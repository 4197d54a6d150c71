"""A fan-out delivers what its filters let through, as EventBridge said it."""

import json
from collections.abc import Callable, Mapping

from aws_cdk import Stack
from aws_cdk import aws_sqs as sqs

from mach_constructs import EventMesh, Fanout, FanoutEndpoint, FanoutSubscription
from tests.local.fixups.conftest import RunningServer

from .conftest import OrderPlaced, eventually, heard, listener, put_event


def test_subscribers_get_what_their_filters_let_through(
    aws: RunningServer, stack: Stack, mesh: EventMesh, deploy: Callable[[Stack], Mapping[str, str]]
) -> None:
    fanout = Fanout(stack, "Fanout", mesh=mesh, events=[OrderPlaced])
    for subscriber, where in (
        ("Large", {"detail": {"data": {"total": [{"numeric": [">=", 100]}]}}}),
        ("German", {"detail": {"data": {"country": ["DE", "AT"]}}}),
        ("All", None),
    ):
        queue = sqs.Queue(stack, f"{subscriber}Queue")
        FanoutEndpoint(stack, subscriber, fanout=fanout, queue=queue, where=where)
    resources = deploy(stack)
    (bus,) = (value for name, value in resources.items() if name.startswith("MeshBus"))
    orders = [{"id": "1", "total": 99, "country": "DE"}, {"id": "2", "total": 100, "country": "FR"}]
    for order in orders:
        put_event(aws, bus, order)

    def received(subscriber: str, count: int) -> list[str]:
        (url,) = (url for name, url in resources.items() if name.startswith(f"{subscriber}Queue") and "://" in url)
        queues, events = aws.client("sqs"), list[dict[str, object]]()

        def enough() -> bool:
            messages = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            events.extend(json.loads(message["Body"]) for message in messages)
            return len(events) >= count

        eventually(enough)
        assert all(event["source"] == "shop.orders" and event["detail-type"] == "OrderPlaced" for event in events)
        return sorted(event["detail"]["data"]["id"] for event in events)  # type: ignore[index]

    assert received("All", 2) == ["1", "2"]
    assert received("Large", 1) == ["2"]
    assert received("German", 1) == ["1"]


def test_a_workload_hears_what_its_filter_lets_through(
    aws: RunningServer, stack: Stack, mesh: EventMesh, deploy: Callable[[Stack], Mapping[str, str]]
) -> None:
    fanout = Fanout(stack, "Fanout", mesh=mesh, events=[OrderPlaced])
    where = {"detail": {"data": {"country": ["DE"]}}}
    FanoutSubscription(stack, "German", fanout=fanout, workload=listener(stack), where=where)
    resources = deploy(stack)
    (bus,) = (value for name, value in resources.items() if name.startswith("MeshBus"))
    for number, country in enumerate(["FR", "DE", "AT", "DE"]):
        put_event(aws, bus, {"id": f"order-{number}", "country": country})

    eventually(lambda: len(heard(aws, resources)) >= 2)
    assert sorted(heard(aws, resources)) == ["order-1", "order-3"]
