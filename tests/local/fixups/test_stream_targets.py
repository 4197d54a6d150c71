import json
from typing import Any

import pytest

from .conftest import RunningServer


def records_after_an_event(server: RunningServer, name: str, **target: Any) -> list[dict[str, Any]]:
    streams, events = server.client("kinesis"), server.client("events")
    streams.create_stream(StreamName=name, ShardCount=1)
    arn = streams.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(
        Rule=name, Targets=[{"Id": "1", "Arn": arn, "RoleArn": "arn:aws:iam::000000000000:role/r", **target}]
    )
    detail = json.dumps({"data": {"id": "order-1"}})
    events.put_events(Entries=[{"Source": name, "DetailType": "OrderPlaced", "Detail": detail}])
    (shard,) = streams.list_shards(StreamName=name)["Shards"]
    iterator = streams.get_shard_iterator(StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]
    records: list[dict[str, Any]] = streams.get_records(ShardIterator=iterator)["Records"]
    return records


@pytest.mark.parametrize(
    ("name", "target"),
    [("keyed", {"KinesisParameters": {"PartitionKeyPath": "$.detail.data.id"}}), ("by-id", {})],
)
def test_an_event_becomes_a_record(fixed: RunningServer, name: str, target: dict[str, Any]) -> None:
    (record,) = records_after_an_event(fixed, name, **target)

    event = json.loads(record["Data"])
    assert event["detail"] == {"data": {"id": "order-1"}}
    assert record["PartitionKey"] == ("order-1" if target else event["id"])


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    assert records_after_an_event(plain, "dropped") == []
