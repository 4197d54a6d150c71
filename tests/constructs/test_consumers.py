"""Consumers: a queue and a handler of their own, content filters, order, and deliveries that AWS would take."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aws_cdk import App, Duration, Stack, Validations
from aws_cdk import aws_events as events
from aws_cdk.assertions import Match, Template
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from mach_constructs import (
    Consumer,
    Delivery,
    DynamoDbStore,
    Event,
    EventDefinition,
    EventMesh,
    FunctionOptions,
    LambdaCompute,
    Microservice,
    Subscription,
    Workload,
)

DEAR = {"data": {"total": {"amount": [{"numeric": [">", 100]}]}, "gift": [True]}}
DEFINED = EventDefinition(source="shop.carts", detail_type="Cart Abandoned", version=2)


@pytest.fixture
def service(stack: Stack, mesh: EventMesh, orders: LambdaCompute, order_placed: Event) -> Microservice:
    return Microservice(
        stack,
        "Orders",
        compute=orders,
        mesh=mesh,
        subscribes=[
            order_placed,
            DEFINED,
            Consumer("dear.handler", events=[order_placed], matching=DEAR, delivery=Delivery(max_concurrency=2)),
        ],
    )


def test_a_consumer_has_a_queue_and_a_function_of_its_own(service: Microservice) -> None:
    assert list(service.functions) == ["events.handler", "dear.handler"]
    assert [subscription.node.id for subscription in service.subscriptions] == ["Subscription", "DearSubscription"]
    assert [list(subscription.rules) for subscription in service.subscriptions] == [
        ["OrderPlacedV1", "CartAbandonedV2"],
        ["OrderPlacedV1"],
    ]
    template = Template.from_stack(Stack.of(service))
    template.resource_count_is("AWS::Lambda::EventSourceMapping", 2)
    template.has_resource_properties(
        "AWS::Lambda::EventSourceMapping",
        {
            "ScalingConfig": {"MaximumConcurrency": 2},
            "EventSourceArn": {"Fn::GetAtt": [Match.string_like_regexp("OrdersDearSubscriptionQueue"), "Arn"]},
            "FunctionName": {"Ref": Match.string_like_regexp("OrdersDearFunction")},
        },
    )


def test_a_filter_stands_beside_the_version(service: Microservice) -> None:
    Template.from_stack(Stack.of(service)).has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventPattern": {
                "source": ["shop.orders"],
                "detail-type": ["OrderPlaced"],
                "detail": {
                    "metadata": {"version": [1]},
                    "data": {"total": {"amount": [{"numeric": [">", 100]}]}, "gift": [True]},
                },
            }
        },
    )


def test_a_filter_may_look_at_the_other_metadata(stack: Stack, mesh: EventMesh, orders: LambdaCompute) -> None:
    matching = {"metadata": {"tenant_id": [{"prefix": "eu-"}]}}
    subscribes = [Consumer("events.handler", events=[DEFINED], matching=matching)]
    Microservice(stack, "Orders", compute=orders, mesh=mesh, subscribes=subscribes)
    Template.from_stack(stack).has_resource_properties(
        "AWS::Events::Rule",
        {"EventPattern": {"detail": {"metadata": {"tenant_id": [{"prefix": "eu-"}], "version": [2]}}}},
    )


def test_only_the_consumers_own_function_reads_its_queue(
    service: Microservice, granted: Callable[[Template, str], dict[str, list[str]]]
) -> None:
    template = Template.from_stack(Stack.of(service))
    for handler, queue in (("OrdersDearRole", "OrdersDearSubscription"), ("OrdersEventsRole", "OrdersSubscription")):
        read = [on for on, actions in granted(template, handler).items() if "sqs:ReceiveMessage" in actions]
        assert len(read) == 1
        assert f"{queue}Queue" in read[0]


def test_any_bus_is_a_mesh(stack: Stack, platform: Stack, orders: LambdaCompute, order_placed: Event) -> None:
    bus = events.EventBus(platform, "Bus")
    store = DynamoDbStore(partition_key="pk")
    service = Microservice(
        stack, "Orders", compute=orders, store=store, mesh=bus, publishes=[order_placed], subscribes=[DEFINED]
    )
    assert service.schemas == {}
    template = Template.from_stack(stack)
    template.has_resource_properties("AWS::Events::Rule", {"EventBusName": Match.any_value()})
    template.resource_count_is("AWS::EventSchemas::Schema", 0)


@pytest.fixture
def ordered(stack: Stack, mesh: EventMesh, orders: LambdaCompute, order_placed: Event) -> Template:
    subscribes = [Consumer("events.handler", events=[order_placed, DEFINED], delivery=Delivery(ordered=True))]
    Microservice(stack, "Orders", compute=orders, mesh=mesh, subscribes=subscribes)
    return Template.from_stack(stack)


def test_an_ordered_delivery_keeps_one_order_for_all_its_events(ordered: Template) -> None:
    ordered.has_resource_properties(
        "AWS::SQS::Queue",
        {
            "FifoQueue": True,
            "ContentBasedDeduplication": True,
            "RedrivePolicy": {
                "deadLetterTargetArn": {"Fn::GetAtt": [Match.string_like_regexp("SubscriptionDeadLetters"), "Arn"]}
            },
        },
    )
    targets = [
        target
        for rule in ordered.find_resources("AWS::Events::Rule").values()
        for target in rule["Properties"]["Targets"]
    ]
    assert [target["SqsParameters"] for target in targets] == [{"MessageGroupId": "events"}] * 2


def test_each_dead_letter_queue_is_of_the_kind_that_its_sender_takes(ordered: Template) -> None:
    queues = ordered.find_resources("AWS::SQS::Queue")
    kinds = {name: queue["Properties"].get("FifoQueue", False) for name, queue in queues.items()}
    (dead_letters,) = (name for name in kinds if "DeadLetters" in name)
    (undelivered,) = (name for name in kinds if "Undelivered" in name)
    assert (kinds[dead_letters], kinds[undelivered]) == (True, False)
    for rule in ordered.find_resources("AWS::Events::Rule").values():
        (target,) = rule["Properties"]["Targets"]
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [undelivered, "Arn"]}}
    alarmed = [
        alarm["Properties"]["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in ordered.find_resources("AWS::CloudWatch::Alarm").values()
        if alarm["Properties"].get("Namespace") == "AWS/SQS"
    ]
    assert {dead_letters, undelivered} <= set(alarmed)


def test_dead_letters_outlast_what_waits_before_them(service: Microservice) -> None:
    # SQS counts a message's age from when it was first sent, in whatever queue it is.
    queues = Template.from_stack(Stack.of(service)).find_resources("AWS::SQS::Queue").values()
    retentions = {
        "RedrivePolicy" in queue["Properties"]: queue["Properties"]["MessageRetentionPeriod"] for queue in queues
    }
    assert retentions == {True: 7 * 86_400, False: 14 * 86_400}


@pytest.mark.parametrize(
    ("metric", "threshold"),
    [("ApproximateNumberOfMessagesVisible", 10_000), ("ApproximateAgeOfOldestMessage", 300)],
)
def test_age_and_depth_sound_alarms(service: Microservice, metric: str, threshold: int) -> None:
    Template.from_stack(Stack.of(service)).has_resource_properties(
        "AWS::CloudWatch::Alarm",
        {
            "MetricName": metric,
            "Threshold": threshold,
            "Dimensions": [
                {
                    "Name": "QueueName",
                    "Value": {"Fn::GetAtt": [Match.string_like_regexp("DearSubscriptionQueue"), "QueueName"]},
                }
            ],
        },
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"ordered": True, "batch_size": 11}, "batch_size must be at most 10 for an ordered delivery, Lambda's limit"),
        (
            {"ordered": True, "window": Duration.seconds(1)},
            "window must be 0 for an ordered delivery, since Lambda supports none on FIFO queues, got 1 seconds",
        ),
        ({"retention": Duration.days(14)}, "retention must be between 3600 and 1123200 seconds, got 1209600"),
        ({"retention": Duration.minutes(59)}, "retention must be between 3600 and 1123200 seconds, got 3540"),
        (
            {"retention": Duration.hours(1), "oldest": Duration.hours(1)},
            "oldest must be less than the retention, 3600 seconds, or the alarm cannot sound, got 3600",
        ),
        ({"deepest": 0}, "deepest must be between 1 and 10000000, got 0"),
    ],
)
def test_a_delivery_that_lambda_or_sqs_refuses_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Delivery(**arguments)


@pytest.mark.parametrize(
    ("delivery", "timeout", "expected"),
    [
        (Delivery(), Duration.minutes(15), 5_400),
        (Delivery(batch_size=100, window=Duration.minutes(5)), Duration.minutes(15), 5_700),
        (Delivery(attempts=1), Duration.hours(2), 43_200),
    ],
)
def test_a_message_is_hidden_six_times_as_long_as_a_batch_may_take(
    delivery: Delivery, timeout: Duration, expected: int
) -> None:
    assert delivery.visibility_timeout(timeout).to_seconds() == expected


@pytest.mark.parametrize(
    ("delivery", "timeout", "message"),
    [
        (Delivery(), Duration.seconds(7_201), "timeout of a consumer must be at most 2 hours, .*, got 7201 seconds"),
        (
            Delivery(attempts=200),
            Duration.minutes(15),
            r"attempts must fit into the retention, 604800 seconds, or events .*, got 200 attempts of up to 5400",
        ),
    ],
)
def test_events_that_would_expire_before_their_last_attempt_are_refused(
    stack: Stack, mesh: EventMesh, delivery: Delivery, timeout: Duration, message: str
) -> None:
    workload = cast("Workload", SimpleNamespace(timeout=timeout))
    with pytest.raises(ValueError, match=message):
        Subscription(stack, "S", mesh=mesh, events=[DEFINED], workload=workload, delivery=delivery)
    assert stack.node.try_find_child("S") is None


SAME_NAME = EventDefinition(source="shop.baskets", detail_type="CartAbandoned", version=2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"handler": ""}, "handler must not be empty, got ''"),
        ({"events": []}, "events must hold at least one contract, got none"),
        ({"events": [DEFINED, DEFINED]}, "events must be distinct, got 'Cart Abandoned' version 2 twice"),
        (
            {"events": [DEFINED, SAME_NAME]},
            "events must have distinct detail types and versions, got 'CartAbandoned' version 2 of 'shop.carts' and 's",
        ),
        ({"matching": {}}, r"matching must not be empty, got \{\}"),
        ({"matching": {"data": {"total": 100}}}, "matching.data.total must be a list of allowed values, or fields in"),
        ({"matching": {"metadata": ["x"]}}, r"matching.metadata must have fields, got \['x'\]"),
        (
            {"matching": {"metadata": {"version": [3]}}},
            r"matching.metadata.version must be left out, since each event has its own, got \[3\]",
        ),
        (
            {"matching": {"data": {"sku": ["x" * 2_000]}}},
            "matching of Cart Abandoned must give a pattern of at most 2048",
        ),
    ],
)
def test_an_invalid_consumer_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Consumer(**{"handler": "events.handler", "events": [DEFINED], **arguments})


def test_consumers_do_not_share_a_handler(
    stack: Stack, mesh: EventMesh, orders: LambdaCompute, order_placed: Event
) -> None:
    for other in (order_placed, Consumer("events.handler", events=[order_placed])):
        with pytest.raises(ValueError, match=r"consumers must have handlers of their own, got 'events.handler' twice"):
            Microservice(
                stack,
                "Orders",
                compute=orders,
                mesh=mesh,
                subscribes=[Consumer("events.handler", events=[DEFINED]), other],
            )


def test_a_delivery_of_nothing_is_refused(stack: Stack, mesh: EventMesh, orders: LambdaCompute) -> None:
    with pytest.raises(ValueError, match="delivery is for events that subscribes names bare, got none"):
        Microservice(
            stack,
            "Orders",
            compute=orders,
            mesh=mesh,
            subscribes=[Consumer("events.handler", events=[DEFINED])],
            delivery=Delivery(),
        )


def test_a_consumer_needs_a_mesh(stack: Stack, orders: LambdaCompute) -> None:
    with pytest.raises(ValueError, match="subscribes needs a mesh, got none for 'Cart Abandoned'"):
        Microservice(stack, "Orders", compute=orders, subscribes=[Consumer("events.handler", events=[DEFINED])])


def everything(app: App, compute: LambdaCompute) -> None:
    compute = LambdaCompute(compute.folder, handlers={"dear.handler": FunctionOptions(timeout=Duration.minutes(15))})
    Microservice(
        Stack(app, "Service"),
        "Orders",
        compute=compute,
        mesh=EventMesh(Stack(app, "Platform"), "Mesh"),
        subscribes=[
            Consumer("events.handler", events=[DEFINED], delivery=Delivery(ordered=True)),
            Consumer("dear.handler", events=[DEFINED], matching=DEAR, delivery=Delivery(attempts=3)),
        ],
    )


@pytest.mark.long
def test_no_checker_has_a_finding(new_app: Callable[..., App], orders: LambdaCompute) -> None:
    app = new_app(validator=True)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    everything(app, orders)
    app.synth()  # raises on a finding of a pack or of CloudFormation's rules
