"""Events get into a stream under their partition key."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from aws_cdk import Stack

from mach_constructs import EventMesh, StreamConsumer, StreamTarget
from tests.local.fixups.conftest import RunningServer

from .conftest import OrderPlaced, eventually, heard, listener, put_event


def test_an_event_is_a_record_under_its_key(
    aws: RunningServer, stack: Stack, mesh: EventMesh, deploy: Callable[[Stack], Mapping[str, str]]
) -> None:
    StreamTarget(stack, "Target", mesh=mesh, events=[OrderPlaced], partition_key="detail.data.id", shards=1)
    resources = deploy(stack)
    (bus,) = (value for name, value in resources.items() if name.startswith("MeshBus"))
    (name,) = (value for name, value in resources.items() if name.startswith("TargetStream"))
    put_event(aws, bus, {"id": "order-1"})
    streams = aws.client("kinesis")
    (shard,) = streams.list_shards(StreamName=name)["Shards"]
    iterator = streams.get_shard_iterator(StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]

    def records() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = streams.get_records(ShardIterator=iterator)["Records"]
        return found

    (record,) = eventually(records)
    assert record["PartitionKey"] == "order-1"
    assert json.loads(record["Data"])["detail"]["data"] == {"id": "order-1"}


def test_a_function_reads_records_of_one_key_in_order(
    aws: RunningServer, stack: Stack, mesh: EventMesh, deploy: Callable[[Stack], Mapping[str, str]]
) -> None:
    target = StreamTarget(stack, "Target", mesh=mesh, events=[OrderPlaced], partition_key="detail.data.cart", shards=2)
    StreamConsumer(stack, "Reader", stream=target.stream, function=listener(stack).function)
    resources = deploy(stack)
    (bus,) = (value for name, value in resources.items() if name.startswith("MeshBus"))
    orders = [f"order-{number}" for number in range(5)]
    for order in orders:
        put_event(aws, bus, {"id": order, "cart": "one"})

    eventually(lambda: len(heard(aws, resources)) >= len(orders))
    assert heard(aws, resources) == orders
