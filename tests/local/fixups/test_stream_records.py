from .conftest import RunningServer


def records_after_a_restart(server: RunningServer) -> int:
    tables = server.client("dynamodb")
    stream = tables.create_table(
        TableName="streamed",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]["LatestStreamArn"]
    for number in range(3):
        tables.put_item(TableName="streamed", Item={"pk": {"S": str(number)}})
    with server.stopped():
        pass
    streams = server.client("dynamodbstreams")
    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    return len(streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"])


def test_stream_records_survive_a_restart(fixed: RunningServer) -> None:
    assert records_after_a_restart(fixed) == 3


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    assert records_after_a_restart(plain) == 0
