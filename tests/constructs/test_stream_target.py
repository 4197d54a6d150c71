"""Events into a stream, and out of it."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Match, Template

from mach_constructs import (
    EventContract,
    EventMesh,
    LambdaCompute,
    ServiceFunction,
    StreamConsumer,
    StreamReading,
    StreamTarget,
)


@pytest.fixture
def part(stack: Stack, orders: LambdaCompute) -> ServiceFunction:
    return ServiceFunction(
        stack,
        "Events",
        compute=orders,
        handler="events.handler",
        description="Hears of orders",
        default_timeout=Duration.seconds(20),
        environment={},
    )


def test_a_stream_is_encrypted_kept_and_on_demand(
    stack: Stack, mesh: EventMesh, order_placed: type[EventContract]
) -> None:
    StreamTarget(stack, "Target", mesh=mesh, events=[order_placed], retention=Duration.days(7))
    template = Template.from_stack(stack)
    template.has_resource(
        "AWS::Kinesis::Stream",
        {
            "DeletionPolicy": "Retain",
            "Properties": {
                "StreamModeDetails": {"StreamMode": "ON_DEMAND"},
                "StreamEncryption": {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"},
                "RetentionPeriodHours": 168,
                "ShardCount": Match.absent(),
            },
        },
    )


def test_a_rule_puts_records_by_their_key_as_a_role_that_may_do_nothing_else(
    stack: Stack,
    mesh: EventMesh,
    order_placed: type[EventContract],
    order_placed_v2: type[EventContract],
    granted: Callable[[Template, str], dict[str, list[str]]],
) -> None:
    target = StreamTarget(
        stack, "Target", mesh=mesh, events=[order_placed, order_placed_v2], partition_key="detail.data.id", shards=3
    )
    template = Template.from_stack(stack)
    template.resource_properties_count_is(
        "AWS::Events::Rule",
        {
            "Targets": [
                Match.object_like(
                    {
                        "KinesisParameters": {"PartitionKeyPath": "$.detail.data.id"},
                        "DeadLetterConfig": Match.any_value(),
                        "RoleArn": Match.any_value(),
                    }
                )
            ]
        },
        2,
    )
    template.has_resource_properties("AWS::Kinesis::Stream", {"ShardCount": 3})
    assert list(granted(template, "TargetRole").values()) == [["kinesis:PutRecord", "kinesis:PutRecords"]]
    assert list(target.rules) == ["OrderPlacedV1", "OrderPlacedV2"]


def test_both_rules_may_send_dead_letters(
    stack: Stack, mesh: EventMesh, order_placed: type[EventContract], order_placed_v2: type[EventContract]
) -> None:
    StreamTarget(stack, "Target", mesh=mesh, events=[order_placed, order_placed_v2])
    (policy,) = Template.from_stack(stack).find_resources("AWS::SQS::QueuePolicy").values()
    (allowed,) = (s for s in policy["Properties"]["PolicyDocument"]["Statement"] if s["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
    assert [arn["Fn::GetAtt"][0][:17] for arn in allowed["Condition"]["ArnEquals"]["aws:SourceArn"]] == [
        "TargetOrderPlaced",
        "TargetOrderPlaced",
    ]


def test_readers_that_fall_behind_sound_an_alarm(
    stack: Stack, mesh: EventMesh, order_placed: type[EventContract]
) -> None:
    target = StreamTarget(stack, "Target", mesh=mesh, events=[order_placed], retention=Duration.hours(48))
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::CloudWatch::Alarm",
        {"MetricName": "GetRecords.IteratorAgeMilliseconds", "Threshold": 24 * 3_600_000, "Statistic": "Maximum"},
    )
    for metric in ("WriteProvisionedThroughputExceeded", "ReadProvisionedThroughputExceeded"):
        template.has_resource_properties("AWS::CloudWatch::Alarm", {"MetricName": metric})
    assert len(target.alarms) == 4


def test_an_existing_stream_with_a_key_is_used(
    stack: Stack,
    mesh: EventMesh,
    order_placed: type[EventContract],
    granted: Callable[[Template, str], dict[str, list[str]]],
) -> None:
    stream = kinesis.Stream(stack, "Theirs", encryption_key=kms.Key(stack, "Key"))
    target = StreamTarget(stack, "Target", mesh=mesh, events=[order_placed], existing=stream)
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::Kinesis::Stream", 1)
    assert target.stream is stream
    assert sorted(granted(template, "TargetRole").values()) == [
        ["kinesis:PutRecord", "kinesis:PutRecords"],
        ["kms:GenerateDataKey"],
    ]


def test_a_consumer_halves_retries_and_gives_up_in_the_dead_letter_queue(
    stack: Stack,
    part: ServiceFunction,
    granted: Callable[[Template, str], dict[str, list[str]]],
) -> None:
    stream = kinesis.Stream(stack, "Stream")
    consumer = StreamConsumer(
        stack,
        "Consumer",
        stream=stream,
        function=part.function,
        reading=StreamReading(batch_size=500, window=Duration.seconds(5), parallelization=4, retries=3),
    )
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::Lambda::EventSourceMapping",
        {
            "BatchSize": 500,
            "MaximumBatchingWindowInSeconds": 5,
            "ParallelizationFactor": 4,
            "MaximumRetryAttempts": 3,
            "MaximumRecordAgeInSeconds": 23 * 3600,
            "BisectBatchOnFunctionError": True,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "StartingPosition": "TRIM_HORIZON",
            "DestinationConfig": {"OnFailure": {"Destination": Match.any_value()}},
        },
    )
    template.has_resource_properties(
        "AWS::CloudWatch::Alarm", {"MetricName": "IteratorAge", "Namespace": "AWS/Lambda", "Threshold": 300_000}
    )
    (on_stream,) = (actions for resource, actions in granted(template, "EventsRole").items() if "Stream" in resource)
    assert on_stream == [
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
    ]
    assert len(consumer.alarms) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"partition_key": "d" * 255}, "partition_key must have at most 254 characters, got 255"),
        ({"partition_key": "$.detail"}, "partition_key must be a path such as \"detail.data.id\", got '\\$.detail'"),
        ({"shards": 0}, "shards must be between 1 and 10000, got 0"),
        ({"retention": Duration.hours(23)}, "retention must be between 86400 and 31536000 seconds, got 82800"),
        ({"retention": Duration.days(366)}, "retention must be between 86400 and 31536000 seconds, got 31622400"),
        ({"retention": Duration.minutes(1530)}, "retention must be in whole hours, got 91800 seconds"),
        ({"events": []}, "events must hold at least one contract, got none"),
    ],
)
def test_invalid_arguments_are_refused(
    stack: Stack, mesh: EventMesh, order_placed: type[EventContract], arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        StreamTarget(stack, "Bad", **{"mesh": mesh, "events": [order_placed], **arguments})


def test_an_existing_stream_keeps_its_owners_shards(
    stack: Stack, mesh: EventMesh, order_placed: type[EventContract]
) -> None:
    stream = kinesis.Stream.from_stream_arn(stack, "Theirs", "arn:aws:kinesis:eu-west-1:123456789012:stream/s")
    with pytest.raises(ValueError, match="shards and retention must not be given with an existing stream"):
        StreamTarget(stack, "Bad", mesh=mesh, events=[order_placed], existing=stream, shards=2)


def test_a_function_without_a_role_is_refused(stack: Stack) -> None:
    stream = kinesis.Stream(stack, "Stream")
    function = lambda_.Function.from_function_arn(stack, "F", "arn:aws:lambda:eu-west-1:123456789012:function:f")
    with pytest.raises(ValueError, match="function must have a role that can be allowed to read, Service/F has none"):
        StreamConsumer(stack, "Bad", stream=stream, function=function)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"batch_size": 10_001}, "batch_size must be between 1 and 10000, got 10001"),
        ({"window": Duration.seconds(301)}, "window must be between 0 and 300 seconds, got 301"),
        ({"parallelization": 11}, "parallelization must be between 1 and 10, got 11"),
        ({"retries": 10_001}, "retries must be between 0 and 10000, got 10001"),
        ({"oldest": Duration.seconds(59)}, "oldest must be between 60 and 604800 seconds, got 59"),
        ({"late": Duration.seconds(59)}, "late must be between 60 and 31536000 seconds, got 59"),
    ],
)
def test_invalid_reading_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        StreamReading(**arguments)
