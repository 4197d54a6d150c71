"""Events out (outbox relay) and in (subscription)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk.assertions import Match, Template

from mach_constructs import (
    Consumer,
    Delivery,
    DynamoDbStore,
    EventContract,
    EventDefinition,
    EventMesh,
    FunctionOptions,
    HttpFront,
    LambdaCompute,
    Microservice,
    Route,
    Subscription,
)

ROUTE = Route("GET /v1/orders", public=True)


@pytest.fixture
def listener(
    stack: Stack,
    mesh: EventMesh,
    orders: LambdaCompute,
    order_placed: type[EventContract],
    order_placed_v2: type[EventContract],
) -> Template:
    compute = LambdaCompute(orders.folder, handlers={"events.handler": FunctionOptions(timeout=Duration.seconds(20))})
    delivery = Delivery(batch_size=100, window=Duration.seconds(2), max_concurrency=3, attempts=7)
    Microservice(
        stack, "Orders", compute=compute, mesh=mesh, subscribes=[order_placed, order_placed_v2], delivery=delivery
    )
    return Template.from_stack(stack)


def test_a_rule_an_event_matches_source_type_and_version(listener: Template, platform: Stack) -> None:
    listener.resource_count_is("AWS::Events::Rule", 2)
    for version in (1, 2):
        listener.has_resource_properties(
            "AWS::Events::Rule",
            {
                "EventPattern": {
                    "source": ["shop.orders"],
                    "detail-type": ["OrderPlaced"],
                    "detail": {"metadata": {"version": [version]}},
                },
                "Targets": [Match.object_like({"DeadLetterConfig": {"Arn": Match.any_value()}})],
            },
        )
    Template.from_stack(platform).resource_count_is("AWS::Events::Rule", 0)


def test_a_queue_outlasts_its_function_and_ends_in_dead_letters(listener: Template) -> None:
    listener.has_resource_properties(
        "AWS::SQS::Queue",
        {
            "SqsManagedSseEnabled": True,
            "VisibilityTimeout": 6 * 20 + 2,
            "RedrivePolicy": {"maxReceiveCount": 7, "deadLetterTargetArn": Match.any_value()},
        },
    )
    listener.has_resource_properties(
        "AWS::SQS::Queue",
        {"SqsManagedSseEnabled": True, "MessageRetentionPeriod": 14 * 86400, "RedrivePolicy": Match.absent()},
    )
    policies = listener.find_resources("AWS::SQS::QueuePolicy").values()
    assert len(policies) == 2
    for policy in policies:
        statements = policy["Properties"]["PolicyDocument"]["Statement"]
        assert [s["Condition"] for s in statements if s["Effect"] == "Deny"] == [
            {"Bool": {"aws:SecureTransport": "false"}}
        ]


def test_one_statement_lets_all_rules_fill_the_queues(stack: Stack, mesh: EventMesh, orders: LambdaCompute) -> None:
    many = [EventDefinition(source="shop.orders", detail_type=f"Thing{number}Happened") for number in range(41)]
    service = Microservice(stack, "Orders", compute=orders, mesh=mesh, subscribes=many[1:])
    (subscription,) = service.subscriptions

    template = Template.from_stack(stack)
    for queue in (subscription.queue, subscription.dead_letters):
        name = Stack.of(queue).get_logical_id(queue.node.default_child)  # type: ignore[arg-type]
        (policy,) = (
            policy["Properties"]["PolicyDocument"]["Statement"]
            for policy in template.find_resources("AWS::SQS::QueuePolicy").values()
            if policy["Properties"]["Queues"] == [{"Ref": name}]
        )
        (allowed,) = (statement for statement in policy if statement["Effect"] == "Allow")
        assert allowed["Action"] == "sqs:SendMessage"
        assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
        assert {arn["Fn::GetAtt"][0] for arn in allowed["Condition"]["ArnEquals"]["aws:SourceArn"]} == set(
            template.find_resources("AWS::Events::Rule")
        )
    with pytest.raises(ValueError, match=r"events must be at most 40 for one queue.* got 41: share them out"):
        Consumer("events.handler", events=many)


def test_a_function_answers_for_each_event_of_a_batch(listener: Template) -> None:
    listener.has_resource_properties(
        "AWS::Lambda::EventSourceMapping",
        {
            "BatchSize": 100,
            "MaximumBatchingWindowInSeconds": 2,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": {"MaximumConcurrency": 3},
        },
    )


@pytest.mark.parametrize(
    ("metric", "threshold"), [("ApproximateNumberOfMessagesVisible", 1), ("ApproximateAgeOfOldestMessage", 300)]
)
def test_queues_sound_alarms(listener: Template, metric: str, threshold: int) -> None:
    listener.has_resource_properties(
        "AWS::CloudWatch::Alarm", {"Namespace": "AWS/SQS", "MetricName": metric, "Threshold": threshold}
    )


@pytest.fixture
def publisher(stack: Stack, mesh: EventMesh, orders: LambdaCompute, order_placed: type[EventContract]) -> Template:
    Microservice(
        stack,
        "Orders",
        compute=orders,
        store=DynamoDbStore(partition_key="pk"),
        mesh=mesh,
        publishes=[order_placed],
    )
    return Template.from_stack(stack)


def test_a_relay_reads_new_outbox_items_from_the_beginning_and_never_gives_up_silently(publisher: Template) -> None:
    publisher.has_resource_properties(
        "AWS::Lambda::EventSourceMapping",
        {
            "EventSourceArn": {"Fn::GetAtt": [Match.string_like_regexp("OrdersTable"), "StreamArn"]},
            "StartingPosition": "TRIM_HORIZON",
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": Match.absent(),
            "MaximumRecordAgeInSeconds": 23 * 3600,
            "FunctionResponseTypes": Match.absent(),
            "DestinationConfig": {"OnFailure": {"Destination": Match.any_value()}},
        },
    )
    (source,) = publisher.find_resources("AWS::Lambda::EventSourceMapping").values()
    (pattern,) = source["Properties"]["FilterCriteria"]["Filters"]
    assert json.loads(pattern["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"NewImage": {"outbox_event": {"S": [{"exists": True}]}}},
    }


def test_a_relay_may_publish_on_its_bus_only_and_touch_no_item(
    publisher: Template, granted: Callable[[Template, str], dict[str, list[str]]]
) -> None:
    allowed = granted(publisher, "OrdersOutboxRelay")
    (on_bus,) = (resource for resource, actions in allowed.items() if "events:PutEvents" in actions)
    assert allowed.pop(on_bus) == ["events:PutEvents"]
    assert "MeshBus" in on_bus
    assert sorted(action for actions in allowed.values() for action in actions) == [
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:SendMessage",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    ]


def test_a_lagging_relay_sounds_an_alarm(publisher: Template) -> None:
    publisher.has_resource_properties("AWS::CloudWatch::Alarm", {"MetricName": "IteratorAge", "Threshold": 300_000})


def test_an_existing_bus_is_used(stack: Stack) -> None:
    bus = events.EventBus.from_event_bus_name(stack, "Existing", "shared")
    assert EventMesh(stack, "Mesh", existing=bus).bus is bus
    Template.from_stack(stack).resource_count_is("AWS::Events::EventBus", 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"batch_size": 0}, "batch_size must be between 1 and 10000, got 0"),
        ({"batch_size": 11}, "batch_size above 10 needs a window of at least 1 second, got batch_size 11"),
        ({"window": Duration.seconds(301)}, "window must be between 0 and 300 seconds, got 301"),
        ({"max_concurrency": 1}, "max_concurrency must be between 2 and 1000, got 1"),
        ({"attempts": 0}, "attempts must be between 1 and 1000, got 0"),
        ({"oldest": Duration.seconds(59)}, "oldest must be between 60 and 1209600 seconds, got 59"),
    ],
)
def test_invalid_delivery_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Delivery(**arguments)


class Nameless:
    source = "shop.orders"
    detail_type = ""
    version = 1


class Versionless:
    source = "shop.orders"
    detail_type = "OrderPlaced"
    version = 0


@pytest.mark.parametrize(
    ("contracts", "message"),
    [
        ([], "events must hold at least one contract, got none"),
        ([Nameless], "detail_type of Nameless in events must not be empty, got ''"),
        ([Versionless], "version of Versionless in events must be at least 1, got 0"),
    ],
)
def test_invalid_contracts_are_refused(
    stack: Stack, front: HttpFront, mesh: EventMesh, orders: LambdaCompute, contracts: list[Any], message: str
) -> None:
    (workload,) = Microservice(stack, "Orders", compute=orders, front=front, routes=[ROUTE]).workloads.values()
    with pytest.raises(ValueError, match=message):
        Subscription(stack, "S", mesh=mesh, events=contracts, workload=workload)


def test_an_event_stands_there_once(
    stack: Stack, mesh: EventMesh, orders: LambdaCompute, order_placed: type[EventContract]
) -> None:
    with pytest.raises(ValueError, match="subscribes must be distinct, got 'OrderPlaced' version 1 twice"):
        Microservice(stack, "Orders", compute=orders, mesh=mesh, subscribes=[order_placed, order_placed])
