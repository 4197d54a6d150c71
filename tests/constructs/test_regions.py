"""What must be in the region of what uses it, as AWS would say only at deployment."""

from collections.abc import Callable
from pathlib import Path

import pytest
from aws_cdk import App, Duration, Environment, Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn

from mach_constructs import (
    Alerts,
    DynamoDbStore,
    EventContract,
    EventMesh,
    ExistingTable,
    Fanout,
    FargateCompute,
    FireLens,
    HttpFront,
    LambdaAuthorizer,
    LambdaCompute,
    Microservice,
    ObjectStore,
    OutboxRelay,
    Route,
    ServiceFunction,
    StreamConsumer,
    StreamTarget,
    Subscription,
    Workflow,
)
from mach_constructs.regions import require_region

ORDERS = Path(__file__).parent / "fixtures/orders"
ROUTE = Route("GET /v1/orders", public=True)
EXISTING = "arn:aws:{}:eu-central-1:123456789012:{}"


@pytest.fixture
def here(app: App) -> Stack:
    return Stack(app, "Here", env=Environment(region="eu-west-1", account="123456789012"))


def key(stack: Stack) -> kms.IKey:
    return kms.Key.from_key_arn(stack, "Key", EXISTING.format("kms", "key/1"))


def bus(stack: Stack) -> events.IEventBus:
    return events.EventBus.from_event_bus_arn(stack, "Bus", EXISTING.format("events", "event-bus/b"))


def topic(stack: Stack) -> sns.ITopic:
    return sns.Topic.from_topic_arn(stack, "Topic", EXISTING.format("sns", "t"))


def stream(stack: Stack) -> kinesis.IStream:
    return kinesis.Stream.from_stream_arn(stack, "Stream", EXISTING.format("kinesis", "stream/s"))


def table(stack: Stack) -> dynamodb.ITable:
    return dynamodb.Table.from_table_attributes(
        stack,
        "Table",
        table_arn=EXISTING.format("dynamodb", "table/t"),
        table_stream_arn=EXISTING.format("dynamodb", "table/t/stream/1"),
    )


def function(stack: Stack, **compute: object) -> ServiceFunction:
    return ServiceFunction(
        stack,
        "Function",
        compute=LambdaCompute(ORDERS, **compute),  # type: ignore[arg-type]
        handler="api.handler",
        description="Answers",
        default_timeout=Duration.seconds(3),
    )


def function_there(stack: Stack) -> lambda_.IFunction:
    return lambda_.Function.from_function_attributes(
        stack,
        "Theirs",
        function_arn=EXISTING.format("lambda", "function:f"),
        role=iam.Role.from_role_name(stack, "TheirRole", "theirs"),
        same_environment=True,
    )


def logging_elsewhere(stack: Stack, _: type[EventContract]) -> object:
    logs = firehose.DeliveryStream.from_delivery_stream_arn(
        stack, "Logs", EXISTING.format("firehose", "deliverystream/l")
    )
    compute = FargateCompute(ORDERS, log_routing=FireLens(delivery_stream=logs))
    return Microservice(stack, "Orders", compute=compute, front=HttpFront(stack, "Front"), routes=[ROUTE])


Make = Callable[[Stack, type[EventContract]], object]


@pytest.mark.parametrize(
    ("argument", "make"),
    [
        ("encryption", lambda s, _: DynamoDbStore(partition_key="pk", encryption=key(s)).attach(s, outbox=False)),
        ("encryption_key", lambda s, _: ObjectStore("FILES", encryption_key=key(s)).attach(s, outbox=False)),
        (
            "access_logs",
            lambda s, _: ObjectStore(
                "FILES",
                access_logs=s3.Bucket.from_bucket_attributes(s, "B", bucket_name="logs", region="eu-central-1"),
            ).attach(s, outbox=False),
        ),
        ("environment_key", lambda s, _: function(s, environment_key=key(s))),
        ("encryption_key", lambda s, _: EventMesh(s, "Mesh", encryption_key=key(s))),
        ("existing", lambda s, _: EventMesh(s, "Mesh", existing=bus(s))),
        ("mesh", lambda s, event: Subscription(s, "Sub", mesh=bus(s), events=[event], workload=function(s))),
        ("mesh", lambda s, event: StreamTarget(s, "Target", mesh=bus(s), events=[event])),
        ("existing", lambda s, event: StreamTarget(s, "T", mesh=EventMesh(s, "M"), events=[event], existing=stream(s))),
        ("stream", lambda s, _: StreamConsumer(s, "Consumer", stream=stream(s), function=function(s).function)),
        ("existing", lambda s, event: Fanout(s, "Fanout", mesh=EventMesh(s, "M"), events=[event], existing=topic(s))),
        (
            "encryption_key",
            lambda s, event: Fanout(s, "F", mesh=EventMesh(s, "M"), events=[event], encryption_key=key(s)),
        ),
        ("mesh", lambda s, _: OutboxRelay(s, "R", table=dynamodb_here(s), mesh=bus(s), service_name="orders")),
        ("table", lambda s, _: OutboxRelay(s, "R", table=table(s), mesh=EventMesh(s, "M"), service_name="orders")),
        ("page", lambda s, _: Alerts(s, "Alerts", page=topic(s))),
        ("ticket", lambda s, _: Alerts(s, "Alerts", ticket=topic(s))),
        ("table", lambda s, _: ExistingTable(table(s)).attach(s, outbox=False)),
        ("delivery_stream", logging_elsewhere),
        (
            "function",
            lambda s, _: Microservice(
                s, "Orders", compute=function_there(s), front=HttpFront(s, "Front"), routes=[ROUTE]
            ),
        ),
        (
            "function",
            lambda s, _: LambdaAuthorizer(s, "Partners", front=HttpFront(s, "Front"), function=function_there(s)),
        ),
        (
            "function",
            lambda s, _: StreamConsumer(s, "Consumer", stream=kinesis.Stream(s, "New"), function=function_there(s)),
        ),
        ("encryption_key", lambda s, _: Workflow(s, "Flow", definition=sfn.Pass(s, "Pass"), encryption_key=key(s))),
    ],
)
def test_what_is_in_another_region_is_refused(
    here: Stack, order_placed: type[EventContract], argument: str, make: Make
) -> None:
    with pytest.raises(ValueError, match=f"^{argument} must be in eu-west-1, the region of Here, got .*eu-central-1"):
        make(here, order_placed)


@pytest.mark.parametrize(
    ("argument", "make"),
    [
        ("front", lambda stack: {"front": HttpFront(stack, "Front")}),
        ("alerts", lambda stack: {"alerts": Alerts(stack, "Alerts")}),
    ],
)
def test_a_service_reaches_nothing_of_another_regions_stack(
    app: App, here: Stack, argument: str, make: Callable[[Stack], dict[str, object]]
) -> None:
    there = Stack(app, "There", env=Environment(region="eu-central-1", account="123456789012"))
    arguments = {"front": apigwv2.HttpApi(here, "Api"), **make(there)}
    with pytest.raises(ValueError, match=f"{argument} must be in eu-west-1, the region of Here, got There/"):
        Microservice(here, "Orders", compute=LambdaCompute(ORDERS), routes=[ROUTE], **arguments)  # type: ignore[arg-type]


def dynamodb_here(stack: Stack) -> dynamodb.ITable:
    return DynamoDbStore(partition_key="pk").attach(stack, outbox=True).table


def test_what_another_stack_of_the_app_has_elsewhere_is_refused(app: App, here: Stack) -> None:
    there = Stack(app, "There", env=Environment(region="eu-central-1", account="123456789012"))
    with pytest.raises(ValueError, match="key must be in eu-west-1, the region of Here, got There/Key in eu-central-1"):
        require_region("key", kms.Key(there, "Key"), here)


def test_of_a_region_that_only_the_deployment_knows_nothing_is_said(stack: Stack, here: Stack) -> None:
    require_region("key", key(stack), stack)
    require_region("function", lambda_.Function.from_function_name(here, "F", "f"), here)
    require_region("key", None, here)
