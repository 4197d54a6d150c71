"""Tracing, encryption, TLS and retention: what is a finding, and what is none."""

from collections.abc import Callable

import pytest
from aws_cdk import App, CustomResource, Environment, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as stepfunctions

from mach_constructs import MachPolicy
from tests.policy_report import findings_of, report_of

Build = Callable[[Stack], object]


def function(
    stack: Stack, tracing: lambda_.Tracing | None = None, log_group: logs.ILogGroup | None = None
) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "It",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.InlineCode("-"),
        tracing=tracing,
        log_group=log_group,
    )


def rest_api(stack: Stack, *, traced: bool) -> None:
    stage = apigateway.StageOptions(tracing_enabled=traced)
    apigateway.RestApi(stack, "Api", deploy_options=stage, cloud_watch_role=False).root.add_method("GET")


def graphql_api(stack: Stack, *, traced: bool) -> None:
    appsync.CfnGraphQLApi(stack, "It", name="shop", authentication_type="AWS_IAM", xray_enabled=traced)


def machine(stack: Stack, *, traced: bool) -> None:
    body = stepfunctions.DefinitionBody.from_chainable(stepfunctions.Pass(stack, "Pass"))
    stepfunctions.StateMachine(stack, "It", definition_body=body, tracing_enabled=traced)


def task(stack: Stack, *images: str) -> None:
    created = ecs.FargateTaskDefinition(stack, "It")
    for number, image in enumerate(images):
        created.add_container(f"Container{number}", image=ecs.ContainerImage.from_registry(image))


def task_with(stack: Stack, name: str, image: str) -> None:
    created = ecs.FargateTaskDefinition(stack, "It")
    created.add_container("Container", container_name=name, image=ecs.ContainerImage.from_registry(image))


def group(stack: Stack, retention: logs.RetentionDays) -> logs.LogGroup:
    return logs.LogGroup(stack, "It", retention=retention)


def function_without_group(stack: Stack) -> lambda_.CfnFunction:
    return lambda_.CfnFunction(
        stack, "It", code=lambda_.CfnFunction.CodeProperty(zip_file="-"), role="arn:aws:iam::1:role/function"
    )


def group_of_function(stack: Stack) -> None:
    logs.LogGroup(
        stack,
        "Logs",
        log_group_name=f"/aws/lambda/{function_without_group(stack).ref}",
        retention=logs.RetentionDays.ONE_DAY,
    )


COLLECTOR = "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3"
WRONG: dict[str, list[tuple[Build, str]]] = {
    "TracingOn": [
        (lambda stack: function(stack), "It"),
        (lambda stack: function(stack, lambda_.Tracing.PASS_THROUGH), "It"),
        (lambda stack: rest_api(stack, traced=False), "Api/DeploymentStage.prod"),
        (lambda stack: graphql_api(stack, traced=False), "It"),
        (lambda stack: machine(stack, traced=False), "It"),
        (lambda stack: task(stack, "shop"), "It"),
    ],
    "Encryption": [
        (lambda stack: sqs.CfnQueue(stack, "It", sqs_managed_sse_enabled=False), "It"),
        (lambda stack: sns.Topic(stack, "It"), "It"),
        (lambda stack: kinesis.Stream(stack, "It", encryption=kinesis.StreamEncryption.UNENCRYPTED), "It"),
    ],
    "TlsOnly": [
        (lambda stack: sqs.Queue(stack, "It"), "It"),
        (lambda stack: sns.Topic(stack, "It"), "It"),
        (lambda stack: s3.Bucket(stack, "It"), "It"),
    ],
    "RetentionSet": [
        (lambda stack: group(stack, logs.RetentionDays.INFINITE), "It"),
        (lambda stack: function_without_group(stack), "It"),
    ],
}
RIGHT: dict[str, list[Build]] = {
    "TracingOn": [
        lambda stack: function(stack, lambda_.Tracing.ACTIVE),
        lambda stack: CustomResource(stack, "Custom", service_token=function(stack).function_arn),
        lambda stack: rest_api(stack, traced=True),
        lambda stack: apigatewayv2.HttpApi(stack, "It"),
        lambda stack: graphql_api(stack, traced=True),
        lambda stack: machine(stack, traced=True),
        lambda stack: task(stack, "shop", COLLECTOR),
        lambda stack: task_with(stack, "aws-otel-collector", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/copies:1"),
    ],
    "Encryption": [
        lambda stack: sqs.Queue(stack, "It"),
        lambda stack: sqs.Queue(stack, "It", encryption=sqs.QueueEncryption.KMS_MANAGED),
        lambda stack: sns.Topic(stack, "It", master_key=kms.Key(stack, "Key")),
        lambda stack: kinesis.Stream(stack, "It", encryption=kinesis.StreamEncryption.MANAGED),
        lambda stack: s3.Bucket(stack, "It"),
    ],
    "TlsOnly": [
        lambda stack: sqs.Queue(stack, "It", enforce_ssl=True),
        lambda stack: sns.Topic(stack, "It", enforce_ssl=True),
        lambda stack: s3.Bucket(stack, "It", enforce_ssl=True),
    ],
    "RetentionSet": [
        lambda stack: group(stack, logs.RetentionDays.ONE_DAY),
        lambda stack: function(stack, log_group=logs.LogGroup(stack, "Logs", retention=logs.RetentionDays.ONE_DAY)),
        lambda stack: group_of_function(stack),
    ],
}


@pytest.mark.parametrize("rule", WRONG)
def test_findings(rule: str) -> None:
    assert findings_of([build for build, _ in WRONG[rule]], rule) == [[path] for _, path in WRONG[rule]]


@pytest.mark.parametrize("rule", RIGHT)
def test_no_findings(rule: str) -> None:
    assert findings_of(RIGHT[rule], rule) == [[] for _ in RIGHT[rule]]


def test_a_finding_says_where_what_is_wrong_what_to_do_and_its_id(app: App, stack: Stack) -> None:
    group(stack, logs.RetentionDays.INFINITE)

    error = report_of(app).error

    assert "Service/It keeps logs for ever. Or acknowledge Mach::RetentionSet there, with a reason." in error
    assert "Give the log group a `retention`." in error
    assert "Service/It/Resource" in error


def test_own_keys_are_asked_for_on_demand(app: App) -> None:
    stack = Stack(app, "Service", env=Environment(account="111122223333", region="eu-west-1"))
    key = kms.Key(stack, "Key")
    pk = dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
    sqs.Queue(stack, "Queue")
    sqs.Queue(stack, "QueueWithKey", encryption_master_key=key)
    s3.Bucket(stack, "Bucket")
    s3.Bucket(stack, "BucketWithKey", encryption_key=key)
    logs.LogGroup(stack, "Logs")
    logs.LogGroup(stack, "LogsWithKey", encryption_key=key)
    dynamodb.TableV2(stack, "Table", partition_key=pk)
    with_key = dynamodb.TableEncryptionV2.customer_managed_key(key)
    dynamodb.TableV2(stack, "TableWithKey", partition_key=pk, encryption=with_key)

    report = report_of(app, MachPolicy(own_keys=True))

    assert report.of("Encryption") == ["Service/Queue", "Service/Bucket", "Service/Logs", "Service/Table"]
