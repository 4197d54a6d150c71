"""Every action and every resource is named."""

from collections.abc import Callable

import pytest
from aws_cdk import Acknowledgment, App, Stack, Validations
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from tests.policy_report import Report, findings_of, report_of

ACTIONS, RESOURCES = "NoWildcardActions", "NoWildcardResources"


def role(scope: Construct, *statements: iam.PolicyStatement) -> iam.Role:
    created = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    for statement in statements:
        created.add_to_policy(statement)
    return created


def allowed(app: App, stack: Stack, actions: list[str], resource: str) -> Report:
    role(stack, iam.PolicyStatement(actions=actions, resources=[resource]))
    return report_of(app)


@pytest.mark.parametrize("action", ["*", "s3:Get*"])
def test_a_pattern_of_actions(app: App, stack: Stack, action: str) -> None:
    report = allowed(app, stack, ["s3:PutObject", action], "arn:aws:s3:::bucket/key")

    assert report.findings == [(f"NoWildcardActions[{action}]", "Service/Role/DefaultPolicy/Resource")]
    assert f"Service/Role/DefaultPolicy allows {action!r}, which is a pattern of actions" in report.messages[0]


def test_all_actions_but_some(app: App, stack: Stack) -> None:
    role(stack, iam.PolicyStatement(not_actions=["iam:*"], resources=["arn:aws:s3:::bucket/key"]))

    assert report_of(app).of(ACTIONS) == ["Service/Role/DefaultPolicy"]


def test_a_pattern_in_a_denial_is_none(app: App, stack: Stack) -> None:
    role(stack, iam.PolicyStatement(effect=iam.Effect.DENY, actions=["s3:*"], resources=["*"]))

    assert report_of(app).findings == []


def test_a_pattern_in_a_queues_policy(app: App, stack: Stack) -> None:
    queue = sqs.Queue(stack, "Queue", enforce_ssl=True)
    queue.add_to_resource_policy(
        iam.PolicyStatement(actions=["sqs:*"], principals=[iam.AccountRootPrincipal()], resources=[queue.queue_arn])
    )

    assert report_of(app).of(ACTIONS) == ["Service/Queue/Policy"]


def test_a_key_may_leave_its_permissions_to_iam() -> None:
    def key_for_a_role(stack: Stack) -> None:
        everything = iam.PolicyStatement(
            actions=["kms:*"], principals=[iam.ArnPrincipal("arn:aws:iam::1:role/x")], resources=["*"]
        )
        kms.Key(stack, "Key").add_to_resource_policy(everything)

    assert findings_of([lambda stack: kms.Key(stack, "Key"), key_for_a_role], ACTIONS) == [[], ["Key"]]


def allows(resource: str) -> Callable[[Stack], iam.Role]:
    return lambda stack: role(stack, iam.PolicyStatement(actions=["dynamodb:GetItem"], resources=[resource]))


def test_resources_that_are_not_named() -> None:
    resources = [
        "*",
        "arn:aws:dynamodb:eu-west-1:1:*",
        "arn:aws:dynamodb:eu-west-1:1:table/*",
        "arn:aws:dynamodb:eu-west-1:1:table/orders-*",
        "arn:aws:dynamodb:*:1:table/orders",
        "arn:aws:dynamodb:eu-west-1:*:table/orders",
        "arn:aws:s3:::*",
        "arn:aws:s3:::shop-*/key",
        "arn:aws:sqs:eu-west-1:1:orders-*",
        "arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/*",
        "arn:aws:lambda:eu-west-1:1:function:*",
        "arn:aws:execute-api:eu-west-1:1:*/prod/GET/orders",
    ]

    found = findings_of([allows(resource) for resource in resources], RESOURCES)

    assert found == [["Role/DefaultPolicy"] for _ in resources]


def test_a_wildcard_within_a_named_resource() -> None:
    resources = [
        "arn:aws:dynamodb:eu-west-1:1:table/orders",
        "arn:aws:dynamodb:eu-west-1:1:table/orders/index/*",
        "arn:aws:s3:::bucket/*",
        "arn:aws:s3:::bucket/invoices/*",
        "arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/orders:*",
        "arn:aws:lambda:eu-west-1:1:function:orders:*",
        "arn:aws:execute-api:eu-west-1:1:abc123/*/GET/orders",
    ]

    assert findings_of([allows(resource) for resource in resources], RESOURCES) == [[] for _ in resources]


def test_the_id_says_which_resource(app: App, stack: Stack) -> None:
    report = allowed(app, stack, ["dynamodb:GetItem"], "arn:aws:s3:::*")

    assert report.findings == [("NoWildcardResources[arn:aws:s3:::*]", "Service/Role/DefaultPolicy/Resource")]
    assert "allows 'arn:aws:s3:::*' for dynamodb:GetItem" in report.messages[0]


def test_a_wildcard_is_acknowledged_by_name(app: App, stack: Stack) -> None:
    created = role(stack, iam.PolicyStatement(actions=["ecs:RunTask"], resources=["*"]))
    reason = "A condition ends it at the cluster."
    Validations.of(created).acknowledge(Acknowledgment(id="Mach::NoWildcardResources[*]", reason=reason))

    report = report_of(app)

    assert report.findings == []
    assert report.acknowledged == [(reason, "NoWildcardResources[*]", "Service/Role/DefaultPolicy/Resource")]


def test_a_wildcard_after_a_reference(app: App, stack: Stack) -> None:
    key = dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
    table = dynamodb.TableV2(stack, "Table", partition_key=key)
    bucket = s3.Bucket(stack, "Bucket", enforce_ssl=True)
    group = logs.LogGroup(stack, "Logs", retention=logs.RetentionDays.ONE_DAY)
    for number, arn in enumerate((f"{table.table_arn}/index/*", bucket.arn_for_objects("*"), group.log_group_arn)):
        role(Construct(stack, f"Named{number}"), iam.PolicyStatement(actions=["s3:GetObject"], resources=[arn]))
    wide = Construct(stack, "Prefix")
    role(wide, iam.PolicyStatement(actions=["s3:GetObject"], resources=[f"{table.table_arn}*"]))

    assert report_of(app).of(RESOURCES) == ["Service/Prefix/Role/DefaultPolicy"]


def test_what_supports_no_resource(app: App, stack: Stack) -> None:
    assert allowed(app, stack, ["xray:PutTraceSegments", "ECR:GetAuthorizationToken"], "*").findings == []


def test_what_supports_none_beside_what_does(app: App, stack: Stack) -> None:
    report = allowed(app, stack, ["xray:PutTraceSegments", "sqs:SendMessage"], "*")

    assert "allows '*' for sqs:SendMessage" in report.messages[0]


def test_all_resources_but_some(app: App, stack: Stack) -> None:
    role(stack, iam.PolicyStatement(actions=["xray:PutTraceSegments"], not_resources=["arn:aws:s3:::bucket"]))

    assert report_of(app).of(RESOURCES) == ["Service/Role/DefaultPolicy"]


def test_managed_policies_of_aws(app: App, stack: Stack) -> None:
    for name in ("AmazonS3FullAccess", "service-role/AWSLambdaBasicExecutionRole", "AWSXRayDaemonWriteAccess"):
        role(Construct(stack, name.replace("/", ""))).add_managed_policy(
            iam.ManagedPolicy.from_aws_managed_policy_name(name)
        )

    assert report_of(app).findings == [
        ("NoWildcardResources[AmazonS3FullAccess]", "Service/AmazonS3FullAccess/Role/Resource"),
        (
            "NoWildcardResources[AWSLambdaBasicExecutionRole]",
            "Service/service-roleAWSLambdaBasicExecutionRole/Role/Resource",
        ),
    ]
