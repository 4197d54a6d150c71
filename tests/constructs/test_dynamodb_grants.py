"""Each grant names the actions, the table, its indexes and its key, and nothing else."""

import json
from collections.abc import Callable, Sequence

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from mach_constructs import (
    Access,
    DynamoDbStore,
    DynamoDbTable,
    EventContract,
    EventMesh,
    ExistingTable,
    LambdaCompute,
    LocalSecondaryIndex,
    Microservice,
    SecondaryIndex,
)

READS = ["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query"]
WRITES = ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
Granted = Callable[[Template, str], dict[str, list[str]]]


@pytest.fixture
def role(stack: Stack) -> iam.Role:
    return iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


@pytest.fixture
def table(stack: Stack) -> DynamoDbTable:
    store = DynamoDbStore(
        partition_key="pk",
        sort_key="sk",
        indexes=[SecondaryIndex("by_customer", partition_key="customer")],
        local_indexes=[LocalSecondaryIndex("by_total", sort_key="total")],
        stream=dynamodb.StreamViewType.KEYS_ONLY,
    )
    return store.attach(stack, outbox=False)


def by_kind(grants: dict[str, list[str]]) -> dict[str, list[str]]:
    """Grants by what they are on: an index's name, "stream", "key" or "table"."""
    named: dict[str, list[str]] = {}
    for resource, actions in grants.items():
        text = json.dumps(resource)
        kinds = [name for name in ("by_customer", "by_total", "StreamArn", "Key") if name in text]
        named[kinds[0] if kinds else "table"] = actions
    return named


@pytest.mark.parametrize(
    ("access", "indexes", "expected"),
    [
        (Access.NONE, None, {}),
        (Access.READ, None, {"table": READS, "by_customer": ["dynamodb:Query"], "by_total": ["dynamodb:Query"]}),
        (Access.READ, ["by_total"], {"table": READS, "by_total": ["dynamodb:Query"]}),
        (Access.READ, [], {"table": READS}),
        (Access.WRITE, None, {"table": sorted(["dynamodb:ConditionCheckItem", *WRITES])}),
        (
            Access.READ_WRITE,
            ["by_customer"],
            {"table": sorted(READS + WRITES), "by_customer": ["dynamodb:Query"]},
        ),
    ],
)
def test_an_access_is_granted_on_the_table_and_the_indexes_it_names(
    stack: Stack,
    table: DynamoDbTable,
    role: iam.Role,
    granted: Granted,
    access: Access,
    indexes: Sequence[str] | None,
    expected: dict[str, list[str]],
) -> None:
    table.grant(role, access, indexes=indexes)
    assert by_kind(granted(Template.from_stack(stack), "Role")) == expected


def test_single_actions_are_granted_on_the_table_or_on_indexes_alone(
    stack: Stack, table: DynamoDbTable, role: iam.Role, granted: Granted
) -> None:
    table.grant_actions(role, "dynamodb:Scan", indexes=["by_customer"])
    table.grant_actions(role, "dynamodb:DescribeTable")
    assert by_kind(granted(Template.from_stack(stack), "Role")) == {
        "by_customer": ["dynamodb:Scan"],
        "table": ["dynamodb:DescribeTable"],
    }


def test_a_stream_can_be_read(stack: Stack, table: DynamoDbTable, role: iam.Role, granted: Granted) -> None:
    table.grant_stream(role)
    assert by_kind(granted(Template.from_stack(stack), "Role")) == {
        "StreamArn": [
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
        ]
    }


def test_what_is_not_there_cannot_be_granted(stack: Stack, table: DynamoDbTable, role: iam.Role) -> None:
    with pytest.raises(ValueError, match=r"must be among those of the table \(by_customer, by_total\), got 'by_date'"):
        table.grant(role, Access.READ, indexes=["by_date"])
    with pytest.raises(ValueError, match="indexes must be a sequence of names, got 'by_total'"):
        table.grant(role, Access.READ, indexes="by_total")
    with pytest.raises(ValueError, match="actions must be at least one"):
        table.grant_actions(role)
    for action in ("dynamodb:*", "dynamodb:Get*", "GetItem", "s3:GetObject"):
        with pytest.raises(ValueError, match="actions must be single ones"):
            table.grant_actions(role, action)
    other = DynamoDbStore(partition_key="pk", environment_variable="OTHER_NAME").attach(stack, outbox=False)
    with pytest.raises(ValueError, match="table must have a stream, Service/Other has none"):
        other.grant_stream(role)


@pytest.mark.parametrize("region", [None, "eu-west-1"])
@pytest.mark.parametrize(
    ("access", "actions"),
    [
        (Access.READ, ["kms:Decrypt", "kms:DescribeKey"]),
        (Access.WRITE, ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]),
    ],
)
def test_a_key_of_ones_own_is_granted_with_the_table_through_dynamodb_only(
    app: App, region: str | None, access: Access, actions: list[str]
) -> None:
    stack = Stack(app, "Stack", env=Environment(region=region))
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    table = DynamoDbStore(partition_key="pk", encryption=kms.Key(stack, "Key")).attach(stack, outbox=False)
    table.grant(role, access)
    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    (statement,) = (s for s in policy["Properties"]["PolicyDocument"]["Statement"] if "Condition" in s)
    assert statement["Action"] == actions
    assert statement["Resource"]["Fn::GetAtt"][0].startswith("Key")
    service = statement["Condition"]["StringEquals"]["kms:ViaService"]
    assert json.dumps(service).startswith('{"Fn::Join": ["", ["dynamodb.')


def test_a_relay_may_use_the_key_that_the_stream_is_encrypted_by(
    stack: Stack, orders: LambdaCompute, mesh: EventMesh, order_placed: type[EventContract], granted: Granted
) -> None:
    store = DynamoDbStore(partition_key="pk", encryption=kms.Key(stack, "Key"))
    Microservice(stack, "Orders", compute=orders, store=store, mesh=mesh, publishes=[order_placed])
    grants = by_kind(granted(Template.from_stack(stack), "OrdersOutboxRelay"))
    assert grants["Key"] == ["kms:Decrypt", "kms:DescribeKey"]


def test_an_existing_table_is_used_as_it_is(stack: Stack, role: iam.Role, granted: Granted) -> None:
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:123456789012:key/Key")
    table = dynamodb.Table.from_table_attributes(
        stack, "Existing", table_arn="arn:aws:dynamodb:eu-west-1:123456789012:table/orders", encryption_key=key
    )
    attached = ExistingTable(table, indexes=["by_customer"]).attach(stack, outbox=False)
    attached.grant(role, Access.READ)
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::DynamoDB::GlobalTable", 0)
    assert attached.environment == {"TABLE_NAME": "orders"}
    assert by_kind(granted(template, "Role")) == {
        "table": READS,
        "by_customer": ["dynamodb:Query"],
        "Key": ["kms:Decrypt", "kms:DescribeKey"],
    }


def test_a_key_of_another_account_is_asked_for_by_the_grantee_alone_when_it_is_imported(stack: Stack) -> None:
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:999999999999:key/Key")
    DynamoDbStore(partition_key="pk", encryption=key).attach(stack, outbox=False).grant(role, Access.READ)
    Template.from_stack(stack).has_resource_properties(
        "AWS::IAM::Policy",
        {"PolicyDocument": {"Statement": Match.array_with([Match.object_like({"Resource": key.key_arn})])}},
    )


def test_an_existing_table_holds_an_outbox_if_it_has_a_stream(
    stack: Stack, orders: LambdaCompute, mesh: EventMesh, order_placed: type[EventContract]
) -> None:
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
    streaming = dynamodb.Table.from_table_attributes(
        stack, "Streaming", table_arn=arn, table_stream_arn=f"{arn}/stream/2026-11-25T00:00:00.000"
    )
    store = ExistingTable(streaming)
    service = Microservice(stack, "Orders", compute=orders, store=store, mesh=mesh, publishes=[order_placed])
    assert service.table is streaming
    Template.from_stack(stack).has_resource_properties(
        "AWS::Lambda::EventSourceMapping", {"EventSourceArn": f"{arn}/stream/2026-11-25T00:00:00.000"}
    )


def test_invalid_existing_tables_are_refused(stack: Stack) -> None:
    table = dynamodb.Table.from_table_name(stack, "Existing", "orders")
    with pytest.raises(ValueError, match="environment_variable must be letters"):
        ExistingTable(table, environment_variable="TABLE NAME")
    with pytest.raises(ValueError, match="indexes must be a sequence of names, got 'by_total'"):
        ExistingTable(table, indexes="by_total")
    with pytest.raises(ValueError, match="indexes must not be empty"):
        ExistingTable(table, indexes=[""])
    with pytest.raises(ValueError, match=r"indexes must be 3 to 255 letters, digits, .* got '\*'"):
        ExistingTable(table, indexes=["*"])
