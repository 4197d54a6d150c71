"""A service that is granted another service's table fails at synthesis, by a message that names both."""

import pytest
from aws_cdk import Acknowledgment, App, CfnOutput, CfnParameter, Fn, NestedStack, Stack, Stage, Validations
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from mach_constructs import DynamoDbStore, ExistingTable, HttpFront, LambdaCompute, MachPolicy, Microservice, Route
from tests.policy_report import report_of

RULE = "OwnTableOnly"
KEY = dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)


def microservice(scope: Construct, id: str, compute: LambdaCompute) -> Microservice:
    return Microservice(scope, id, compute=compute, store=DynamoDbStore(partition_key="pk"), service_name=id.lower())


def role(scope: Construct, id: str = "Role") -> iam.Role:
    return iam.Role(scope, id, assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def function(scope: Construct) -> lambda_.Function:
    """Something that runs, so that the stack is a service."""
    return lambda_.Function(
        scope,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.InlineCode("-"),
        role=role(scope, "FunctionRole"),
        tracing=lambda_.Tracing.ACTIVE,
        log_group=logs.LogGroup(scope, "LogGroup", retention=logs.RetentionDays.ONE_DAY),
    )


def table(scope: Construct, *, name: str | None = None) -> dynamodb.TableV2:
    return dynamodb.TableV2(
        scope,
        "Table",
        partition_key=KEY,
        table_name=name,
        dynamo_stream=dynamodb.StreamViewType.NEW_IMAGE,
        global_secondary_indexes=[dynamodb.GlobalSecondaryIndexPropsV2(index_name="by", partition_key=KEY)],
    )


def grant(grantee: iam.Role, arn: str) -> None:
    grantee.add_to_policy(iam.PolicyStatement(actions=["dynamodb:GetItem"], resources=[arn]))


@pytest.fixture
def owner(app: App) -> Stack:
    stack = Stack(app, "Orders")
    function(stack)
    return stack


@pytest.fixture
def other(app: App) -> Stack:
    stack = Stack(app, "Reviews")
    function(stack)
    return stack


def test_two_microservices_in_one_stack(app: App, stack: Stack, orders: LambdaCompute) -> None:
    first, second = microservice(stack, "Orders", orders), microservice(stack, "Reviews", orders)
    first.table.grant_read_data(role(second))

    report = report_of(app)

    assert report.findings == [(f"{RULE}[orders]", "Service/Reviews/Role/DefaultPolicy/Resource")]
    assert report.messages == [
        "service 'reviews' (Service/Reviews) is granted table Service/Orders/Table of service 'orders' "
        "(Service/Orders). Or acknowledge Mach::OwnTableOnly[orders] there, with a reason."
    ]
    assert "service 'reviews' (Service/Reviews) is granted table Service/Orders/Table" in report.error
    assert "or keep what 'reviews' needs in a table of its own" in report.error


def test_a_store_of_another_microservice(app: App, front: HttpFront, orders: LambdaCompute) -> None:
    theirs = microservice(Stack(app, "Orders"), "Orders", orders).table
    Microservice(
        Stack(app, "Reviews"),
        "Reviews",
        compute=orders,
        store=ExistingTable(theirs),
        front=front,
        routes=[Route("GET /v1/reviews", public=True, handler="read.handler")],
        service_name="reviews",
    )

    report = report_of(app)

    assert report.of(RULE) == ["Reviews/Reviews/Read/Role/DefaultPolicy"]
    assert report.messages[0].startswith(
        "service 'reviews' (Reviews/Reviews) is granted table Orders/Orders/Table of service 'orders' (Orders/Orders)."
    )


def test_a_microservice_and_its_own_table(app: App, orders: LambdaCompute) -> None:
    stack = Stack(app, "Orders")
    service = microservice(stack, "Orders", orders)
    service.table.grant_read_data(role(service))
    service.table.grant_read_data(role(stack, "Report"))  # beside the stack's only microservice: of the same service

    assert report_of(app).of(RULE) == []


def test_across_stacks_by_a_weak_reference(app: App, owner: Stack, other: Stack) -> None:
    table(owner).grant_read_data(role(other))

    report = report_of(app)

    assert report.of(RULE) == ["Reviews/Role/DefaultPolicy"]
    assert "service 'Reviews' is granted table Orders/Table of service 'Orders'." in report.messages[-1]


@pytest.mark.parametrize("part", ["index", "stream", "join", "sub"])
def test_by_an_index_a_stream_or_a_composed_arn(app: App, owner: Stack, other: Stack, part: str) -> None:
    theirs = table(owner)
    arns = {
        "index": f"{theirs.table_arn}/index/by",
        "stream": theirs.table_stream_arn or "",
        "join": Fn.join(":", ["arn:aws:dynamodb", "eu-west-1", "1", f"table/{theirs.table_name}"]),
        "sub": Fn.sub("arn:aws:dynamodb:${AWS::Region}:1:table/${Name}", {"Name": theirs.table_name}),
    }
    grant(role(other), arns[part])

    assert report_of(app).of(RULE) == ["Reviews/Role/DefaultPolicy"]


def test_by_an_export(app: App, owner: Stack, other: Stack) -> None:
    CfnOutput(owner, "TableArn", value=table(owner).table_arn, export_name="orders-table")
    grant(role(other), Fn.import_value("orders-table"))

    assert report_of(app).of(RULE) == ["Reviews/Role/DefaultPolicy"]


def test_by_a_stored_parameter(app: App, owner: Stack, other: Stack) -> None:
    ssm.StringParameter(owner, "Arn", parameter_name="/orders/table", string_value=table(owner).table_arn)
    grant(role(other), ssm.StringParameter.value_for_string_parameter(other, "/orders/table"))
    grant(role(other, "Dynamic"), "{{resolve:ssm:/orders/table}}")

    assert len(report_of(app).of(RULE)) == 2


def test_by_a_name_that_is_written_out(app: App, owner: Stack, other: Stack) -> None:
    table(owner, name="orders")
    grant(role(other), "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/index/by")
    grant(role(other, "Unknown"), "arn:aws:dynamodb:eu-west-1:111122223333:table/somewhere-else")

    assert report_of(app).of(RULE) == ["Reviews/Role/DefaultPolicy"]


def test_by_a_managed_policy_of_the_owner(app: App, owner: Stack, other: Stack) -> None:
    shared = iam.ManagedPolicy(owner, "Shared")
    table(owner).grant_read_data(shared)
    role(other).add_managed_policy(shared)

    assert report_of(app).of(RULE) == ["Orders/Shared"]


def test_by_an_inline_policy(app: App, owner: Stack, other: Stack) -> None:
    statement = iam.PolicyStatement(actions=["dynamodb:GetItem"], resources=[table(owner).table_arn])
    iam.Role(
        other,
        "Role",
        assumed_by=iam.AccountRootPrincipal(),
        inline_policies={"Read": iam.PolicyDocument(statements=[statement])},
    )

    assert report_of(app).of(RULE) == ["Reviews/Role"]


def test_by_the_tables_own_policy(app: App, owner: Stack, other: Stack) -> None:
    dynamodb.TableV2(
        owner,
        "Table",
        partition_key=KEY,
        resource_policy=iam.PolicyDocument(
            statements=[
                iam.PolicyStatement(
                    principals=[iam.ArnPrincipal(role(other).role_arn)], actions=["dynamodb:GetItem"], resources=["*"]
                )
            ]
        ),
    )

    report = report_of(app)

    assert report.of(RULE) == ["Orders/Table"]
    assert any("service 'Reviews' is granted table Orders/Table" in message for message in report.messages)


def test_from_a_nested_stack(app: App, owner: Stack, other: Stack) -> None:
    theirs = table(owner)
    theirs.grant_read_data(role(NestedStack(other, "Direct")))
    given = NestedStack(other, "Given", parameters={"Arn": theirs.table_arn})
    grant(role(given), CfnParameter(given, "Arn").value_as_string)

    assert report_of(app).of(RULE) == ["Reviews/Direct/Role/DefaultPolicy", "Reviews/Given/Role/DefaultPolicy"]


def test_of_a_nested_stack(app: App, owner: Stack, other: Stack) -> None:
    table(NestedStack(owner, "Data")).grant_read_data(role(other))

    assert report_of(app).of(RULE) == ["Reviews/Role/DefaultPolicy"]


def test_own_nested_stack(app: App, owner: Stack) -> None:
    table(NestedStack(owner, "Data")).grant_read_data(role(owner))

    assert report_of(app).of(RULE) == []


def test_in_a_stage(app: App) -> None:
    production = Stage(app, "Production")
    first, second = Stack(production, "Orders"), Stack(production, "Reviews")
    function(first)
    function(second)
    table(first).grant_read_data(role(second))

    assert report_of(app).of(RULE) == ["Production/Reviews/Role/DefaultPolicy"]


def test_a_table_of_nobody_has_one_user_at_most(app: App, owner: Stack) -> None:
    data = table(Stack(app, "Data"))
    data.grant_read_data(role(owner))
    assert report_of(app).of(RULE) == []


def test_a_table_of_nobody_with_two_users(app: App, other: Stack, owner: Stack) -> None:
    data = table(Stack(app, "Data"))
    data.grant_read_data(role(owner))
    data.grant_read_data(role(other))

    report = report_of(app)

    assert report.of(RULE) == ["Orders/Role/DefaultPolicy", "Reviews/Role/DefaultPolicy"]
    assert any("'Orders' is granted table Data/Table, which service 'Reviews' uses too" in m for m in report.messages)


def test_a_service_may_be_declared(app: App, other: Stack, owner: Stack) -> None:
    table(owner).grant_read_data(role(other))

    assert report_of(app, MachPolicy(services={"orders": [owner, other]})).of(RULE) == []


def test_what_is_acknowledged_is_reported_with_its_reason(app: App, other: Stack, owner: Stack) -> None:
    report_role = role(other)
    table(owner).grant(report_role, "dynamodb:GetItem")
    Validations.of(report_role).acknowledge(
        Acknowledgment(id="Mach::OwnTableOnly[Orders]", reason="Until orders publishes them.")
    )

    report = report_of(app)

    assert report.of(RULE) == []
    assert report.acknowledged == [
        ("Until orders publishes them.", "OwnTableOnly[Orders]", "Reviews/Role/DefaultPolicy/Resource")
    ]


def test_the_acknowledgment_of_one_table_is_none_of_another(app: App, other: Stack, owner: Stack) -> None:
    report_role = role(other)
    table(owner).grant(report_role, "dynamodb:GetItem")
    Validations.of(report_role).acknowledge(Acknowledgment(id="Mach::OwnTableOnly[Carts]", reason="-"))

    assert report_of(app).of(RULE) == ["Reviews/Role/DefaultPolicy"]


@pytest.mark.parametrize(
    ("services", "message"),
    [
        ({"": ["Orders"]}, "services must each have a name and constructs, got ''"),
        ({"orders": []}, "services must each have a name and constructs, got 'orders' with []"),
        ({"orders": ["Orders"], "reviews": ["Orders"]}, "services must not share a construct, got 'Orders' twice"),
    ],
)
def test_services_are_checked(app: App, services: dict[str, list[str]], message: str) -> None:
    stack = Stack(app, "Orders")
    with pytest.raises(ValueError, match=message.replace("[", r"\[")):
        MachPolicy(services={name: [stack for _ in paths] for name, paths in services.items()})
