"""Which tables can hold an outbox: those with a stream of new images, whoever made them."""

from collections.abc import Callable

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam

from mach_constructs import EventContract, EventMesh, ExistingTable, LambdaCompute, Microservice, OutboxRelay

KEY = dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
View = dynamodb.StreamViewType
MakeTable = Callable[[Stack], dynamodb.ITable]


def changed_later(stack: Stack) -> dynamodb.ITable:
    table = dynamodb.TableV2(stack, "Table", partition_key=KEY)
    resource = table.node.default_child
    assert isinstance(resource, dynamodb.CfnGlobalTable)
    resource.stream_specification = resource.StreamSpecificationProperty(stream_view_type="NEW_IMAGE")
    return table


@pytest.mark.parametrize(
    "make",
    [
        lambda stack: dynamodb.TableV2(stack, "Table", partition_key=KEY, dynamo_stream=View.NEW_IMAGE),
        lambda stack: dynamodb.Table(stack, "Table", partition_key=KEY, stream=View.NEW_AND_OLD_IMAGES),
        lambda stack: dynamodb.TableV2.from_table_attributes(
            stack, "Table", table_arn=ARN, table_stream_arn=f"{ARN}/stream/2026-11-25T00:00:00.000"
        ),
        changed_later,
    ],
)
def test_a_table_with_a_stream_of_new_images_holds_an_outbox(
    stack: Stack, mesh: EventMesh, orders: LambdaCompute, order_placed: type[EventContract], make: MakeTable
) -> None:
    service = Microservice(stack, "Orders", compute=orders, store=make(stack), mesh=mesh, publishes=[order_placed])
    assert service.relay is not None


def test_a_table_with_replicas_streams_both_images(app: App) -> None:
    stack = Stack(app, "Irish", env=Environment(region="eu-west-1"))
    table = dynamodb.TableV2(
        stack, "Table", partition_key=KEY, replicas=[dynamodb.ReplicaTableProps(region="eu-central-1")]
    )
    assert ExistingTable(table).attach(stack, outbox=True).streams


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda stack: dynamodb.TableV2(stack, "Table", partition_key=KEY),
            "table must have a stream of new images, Service/Table has no stream",
        ),
        (
            lambda stack: dynamodb.Table(stack, "Table", partition_key=KEY),
            "table must have a stream of new images, Service/Table has no stream",
        ),
        (
            lambda stack: dynamodb.TableV2(stack, "Table", partition_key=KEY, dynamo_stream=View.KEYS_ONLY),
            "table must have a stream of new images, the stream of Service/Table shows KEYS_ONLY",
        ),
        (
            lambda stack: dynamodb.Table(stack, "Table", partition_key=KEY, stream=View.OLD_IMAGE),
            "table must have a stream of new images, the stream of Service/Table shows OLD_IMAGE",
        ),
        (
            lambda stack: dynamodb.TableV2.from_table_name(stack, "Table", "orders"),
            "table must have a stream of new images, Service/Table was imported without a table_stream_arn",
        ),
    ],
)
def test_another_table_is_refused(
    stack: Stack,
    mesh: EventMesh,
    orders: LambdaCompute,
    order_placed: type[EventContract],
    make: MakeTable,
    message: str,
) -> None:
    table = make(stack)
    with pytest.raises(ValueError, match=message):
        Microservice(stack, "Bare", compute=orders, store=table, mesh=mesh, publishes=[order_placed])
    with pytest.raises(ValueError, match=message):
        Microservice(stack, "Named", compute=orders, store=ExistingTable(table), mesh=mesh, publishes=[order_placed])
    with pytest.raises(ValueError, match=message):
        OutboxRelay(stack, "Relay", table=table, mesh=mesh, service_name="orders")


def test_a_relay_logs_at_a_level_that_there_is(stack: Stack, mesh: EventMesh) -> None:
    table = dynamodb.TableV2(stack, "Table", partition_key=KEY, dynamo_stream=dynamodb.StreamViewType.NEW_IMAGE)

    with pytest.raises(ValueError, match="log_level must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL, got 'LOUD'"):
        OutboxRelay(stack, "Relay", table=table, mesh=mesh, service_name="orders", log_level="LOUD")


def test_a_stream_that_is_not_there_is_granted_to_nobody(stack: Stack) -> None:
    table = ExistingTable(dynamodb.TableV2(stack, "Table", partition_key=KEY)).attach(stack, outbox=False)
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))

    assert not table.streams
    with pytest.raises(ValueError, match="table must have a stream, Service/Table has none"):
        table.grant_stream(role)
