"""Everything a Lambda function of a service can be asked to have, in templates and in what is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Duration, Environment, Fn, Size, Stack, Validations
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Match, Template
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from mach_constructs import (
    AsyncInvocation,
    EventContract,
    EventMesh,
    ExistingFunction,
    FunctionOptions,
    HttpFront,
    LambdaCompute,
    Microservice,
    Rollout,
    Route,
    Shift,
)

ORDERS = Path(__file__).parent / "fixtures/orders"
ROUTES = [Route("GET /v1/orders", public=True)]


def service(stack: Stack, front: HttpFront, **options: Any) -> Template:
    Microservice(stack, "Orders", compute=LambdaCompute(ORDERS, **options), front=front, routes=ROUTES)
    return Template.from_stack(stack)


def test_by_default_there_is_no_version_and_no_alias(stack: Stack, front: HttpFront) -> None:
    template = service(stack, front)

    for kind in ("Version", "Alias", "EventInvokeConfig"):
        template.resource_count_is(f"AWS::Lambda::{kind}", 0)
    template.has_resource_properties(
        "AWS::Lambda::Function", {"VpcConfig": Match.absent(), "SnapStart": Match.absent(), "KmsKeyArn": Match.absent()}
    )


@pytest.mark.parametrize(
    ("shift", "routing"),
    [
        (
            Shift.CANARY,
            {"Type": "TimeBasedCanary", "TimeBasedCanary": {"CanaryInterval": 15, "CanaryPercentage": 20}},
        ),
        (
            Shift.LINEAR,
            {"Type": "TimeBasedLinear", "TimeBasedLinear": {"LinearInterval": 15, "LinearPercentage": 20}},
        ),
    ],
)
def test_a_rollout_shifts_an_alias_and_goes_back_on_the_services_alarms(
    stack: Stack, front: HttpFront, shift: Shift, routing: dict[str, object]
) -> None:
    template = service(stack, front, rollout=Rollout(percent=20, every=Duration.minutes(15), shift=shift))

    template.has_resource_properties("AWS::CodeDeploy::DeploymentConfig", {"TrafficRoutingConfig": routing})
    template.has_resource("AWS::Lambda::Alias", {"UpdatePolicy": {"CodeDeployLambdaAliasUpdate": Match.any_value()}})
    (group,) = template.find_resources("AWS::CodeDeploy::DeploymentGroup").values()
    assert set(group["Properties"]["AutoRollbackConfiguration"]["Events"]) == {
        "DEPLOYMENT_FAILURE",
        "DEPLOYMENT_STOP_ON_REQUEST",
        "DEPLOYMENT_STOP_ON_ALARM",
    }
    watched = {alarm["Name"]["Ref"] for alarm in group["Properties"]["AlarmConfiguration"]["Alarms"]}
    assert {name.removeprefix("OrdersApi")[:-8] for name in watched} == {
        "ErrorsAlarm",
        "ThrottlesAlarm",
        "DurationAlarm",
    }


def test_callers_use_the_alias(
    stack: Stack, front: HttpFront, mesh: EventMesh, order_placed: type[EventContract]
) -> None:
    compute = LambdaCompute(ORDERS, rollout=Rollout())
    Microservice(stack, "Orders", compute=compute, front=front, routes=ROUTES, mesh=mesh, subscribes=[order_placed])
    template = Template.from_stack(stack)
    aliases = set(template.find_resources("AWS::Lambda::Alias"))

    (integration,) = template.find_resources("AWS::ApiGatewayV2::Integration").values()
    (source,) = template.find_resources("AWS::Lambda::EventSourceMapping").values()

    assert integration["Properties"]["IntegrationUri"]["Ref"] in aliases
    assert "live" in str(source["Properties"]["FunctionName"]) or source["Properties"]["FunctionName"]["Ref"] in aliases
    template.resource_count_is("AWS::CodeDeploy::DeploymentGroup", 2)


def test_warm_environments_belong_to_the_alias(stack: Stack, front: HttpFront) -> None:
    service(stack, front, provisioned_concurrency=5, reserved_concurrency=10).has_resource_properties(
        "AWS::Lambda::Alias", {"Name": "live", "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 5}}
    )


def test_snapshots_are_taken_of_versions(stack: Stack, front: HttpFront) -> None:
    template = service(stack, front, snap_start=True)

    template.has_resource_properties("AWS::Lambda::Function", {"SnapStart": {"ApplyOn": "PublishedVersions"}})
    template.resource_count_is("AWS::Lambda::Alias", 1)


def test_a_python_without_snapshots_is_refused(new_app: Callable[..., App]) -> None:
    app = new_app(**{"mach-constructs:runtime": "python3.11"})
    with pytest.raises(ValueError, match=r"snap_start needs python3.12 or later, got python3.11"):
        service(Stack(app, "Service"), HttpFront(Stack(app, "Platform"), "Front"), snap_start=True)


def test_a_function_in_a_network_may_have_interfaces_there(stack: Stack, front: HttpFront) -> None:
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
    template = service(stack, front, vpc=vpc)

    template.has_resource_properties(
        "AWS::Lambda::Function", {"VpcConfig": {"SubnetIds": Match.any_value(), "SecurityGroupIds": Match.any_value()}}
    )
    (role,) = (role for name, role in template.find_resources("AWS::IAM::Role").items() if name.startswith("OrdersApi"))
    assert "ManagedPolicyArns" not in role["Properties"]
    template.has_resource_properties(
        "AWS::IAM::Policy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [Match.object_like({"Action": Match.array_with(["ec2:CreateNetworkInterface"]), "Resource": "*"})]
                )
            }
        },
    )


def test_variables_can_have_a_key_of_their_own(stack: Stack, front: HttpFront) -> None:
    service(stack, front, environment_key=kms.Key(stack, "Key")).has_resource_properties(
        "AWS::Lambda::Function", {"KmsKeyArn": {"Fn::GetAtt": [Match.string_like_regexp("Key"), "Arn"]}}
    )


def test_logs_can_be_text(stack: Stack, front: HttpFront) -> None:
    service(stack, front, log_format=lambda_.LoggingFormat.TEXT).has_resource_properties(
        "AWS::Lambda::Function", {"LoggingConfig": {"LogFormat": "Text"}}
    )


def test_insights_add_their_extension(stack: Stack, front: HttpFront) -> None:
    service(stack, front, insights=True).has_resource_properties(
        "AWS::Lambda::Function", {"Layers": [Match.any_value()]}
    )


def test_asynchronous_failures_end_in_a_queue_with_an_alarm(stack: Stack, front: HttpFront) -> None:
    template = service(stack, front, async_invocation=AsyncInvocation(retries=1, longest_wait=Duration.minutes(10)))

    template.has_resource_properties(
        "AWS::Lambda::EventInvokeConfig",
        {
            "MaximumRetryAttempts": 1,
            "MaximumEventAgeInSeconds": 600,
            "DestinationConfig": {"OnFailure": {"Destination": Match.any_value()}},
        },
    )
    template.resource_count_is("AWS::SQS::Queue", 1)
    template.has_resource_properties(
        "AWS::CloudWatch::Alarm", {"MetricName": "ApproximateNumberOfMessagesVisible", "Threshold": 1}
    )


def test_asynchronous_failures_may_share_a_queue(stack: Stack, front: HttpFront) -> None:
    failures = sqs.Queue(stack, "Failures")
    template = service(stack, front, async_invocation=AsyncInvocation(failures=failures))

    template.resource_count_is("AWS::SQS::Queue", 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"provisioned_concurrency": 0}, "provisioned_concurrency must be between 1 and 100000, got 0"),
        (
            {"provisioned_concurrency": 3, "reserved_concurrency": 2},
            "provisioned_concurrency must be at most the reserved_concurrency 2, got 3",
        ),
        (
            {"snap_start": True, "provisioned_concurrency": 1},
            "snap_start must not be combined with provisioned_concurrency, got 1",
        ),
        (
            {"snap_start": True, "handlers": {"api.handler": FunctionOptions(ephemeral_storage=Size.gibibytes(1))}},
            "snap_start allows ephemeral_storage of handler 'api.handler' of at most 512 MiB, got 1024",
        ),
        ({"subnets": ec2.SubnetSelection()}, "subnets need a vpc that they are in, got none"),
        (
            {"vpc": "vpc", "security_groups": ["group"] * 6},
            "security_groups must be at most 5 for a function, got 6",
        ),
        ({"environment": {"A-B": "1"}}, "must have names of at least two letters.*got 'A-B'"),
        ({"environment": {"AWS_REGION": "x"}}, "must not have names that Lambda sets itself, got 'AWS_REGION'"),
        ({"environment": {"LONG": "x" * 4096}}, "environment must be at most 4096 bytes as JSON, got 4107"),
    ],
)
def test_what_lambda_would_refuse_is_refused_at_once(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LambdaCompute(ORDERS, **options)


def network(stack: Stack, subnets: int) -> ec2.IVpc:
    return ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-1",
        availability_zones=["eu-west-1a"],
        private_subnet_ids=[f"subnet-{n}" for n in range(subnets)],
    )


def single_subnets(stack: Stack, count: int) -> ec2.SubnetSelection:
    subnets = [ec2.Subnet.from_subnet_id(stack, f"Subnet{n}", f"subnet-{n}") for n in range(count)]
    return ec2.SubnetSelection(subnets=subnets)


def test_more_subnets_of_a_network_than_a_function_takes_are_refused(stack: Stack, front: HttpFront) -> None:
    with pytest.raises(ValueError, match="subnets must be at most 16 for a function, got 17 of Service/Vpc"):
        service(stack, front, vpc=network(stack, 17))


def test_more_single_subnets_than_a_function_takes_are_refused(stack: Stack, front: HttpFront) -> None:
    with pytest.raises(ValueError, match="subnets must be at most 16 for a function, got 17 of Service/Vpc"):
        service(stack, front, vpc=network(stack, 1), subnets=single_subnets(stack, 17))


@pytest.mark.parametrize(
    "chosen",
    [
        ec2.SubnetSelection(subnets=[]),
        ec2.SubnetSelection(subnet_filters=[ec2.SubnetFilter.by_ids(["subnet-of-another"])]),
    ],
)
def test_a_selection_without_subnets_is_refused(stack: Stack, front: HttpFront, chosen: ec2.SubnetSelection) -> None:
    with pytest.raises(ValueError, match="subnets must be at least one for a function, got none of Service/Vpc"):
        service(stack, front, vpc=network(stack, 1), subnets=chosen)


def test_as_many_subnets_as_a_function_takes_are_its_own(stack: Stack, front: HttpFront) -> None:
    template = service(stack, front, vpc=network(stack, 1), subnets=single_subnets(stack, 16))

    template.has_resource_properties(
        "AWS::Lambda::Function", {"VpcConfig": {"SubnetIds": [f"subnet-{n}" for n in range(16)]}}
    )


def test_some_subnets_of_a_network_that_has_more_can_be_chosen(stack: Stack, front: HttpFront) -> None:
    chosen = ec2.SubnetSelection(subnet_filters=[ec2.SubnetFilter.by_ids(["subnet-3", "subnet-5"])])
    template = service(stack, front, vpc=network(stack, 17), subnets=chosen)

    template.has_resource_properties("AWS::Lambda::Function", {"VpcConfig": {"SubnetIds": ["subnet-3", "subnet-5"]}})


def test_subnets_known_only_at_deployment_pass(stack: Stack, front: HttpFront) -> None:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-1",
        availability_zones=["eu-west-1a"],
        private_subnet_ids=Fn.split(",", Fn.import_value("Subnets")),
    )
    template = service(stack, front, vpc=vpc)

    template.has_resource_properties("AWS::Lambda::Function", {"VpcConfig": {"SubnetIds": Match.any_value()}})


def test_a_network_that_is_looked_up_passes(new_app: Callable[..., App]) -> None:
    app = new_app()
    stack = Stack(app, "Service", env=Environment(account="111111111111", region="eu-west-1"))
    vpc = ec2.Vpc.from_lookup(stack, "Vpc", vpc_id="vpc-1")
    compute = LambdaCompute(ORDERS, vpc=vpc, subnets=ec2.SubnetSelection(subnet_group_name="Unknown yet"))
    created = Microservice(
        stack, "Orders", compute=compute, front=HttpFront(Stack(app, "Platform"), "Front"), routes=ROUTES
    )

    assert created.functions


@pytest.mark.parametrize(
    ("create", "message"),
    [
        (lambda: Rollout(percent=100), "percent must be between 1 and 99, got 100"),
        (lambda: Rollout(every=Duration.seconds(90)), "every must be a whole number of minutes, got 90 seconds"),
        (lambda: Rollout(every=Duration.days(3)), "every must be between 60 and 172800 seconds, got 259200"),
        (
            lambda: Rollout(percent=10, every=Duration.hours(6), shift=Shift.LINEAR),
            "every must be at most 320 minutes with steps of 10 percent, .* within 48 hours, got 360",
        ),
        (lambda: Rollout(percent=60, every=Duration.minutes(2881), shift=Shift.LINEAR), "every must be between"),
        (lambda: AsyncInvocation(retries=3), "retries must be between 0 and 2, got 3"),
        (
            lambda: AsyncInvocation(longest_wait=Duration.hours(7)),
            "longest_wait must be between 60 and 21600 seconds, got 25200",
        ),
    ],
)
def test_what_a_rollout_or_a_retry_cannot_be_is_refused(create: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        create()


def test_linear_steps_may_take_two_days() -> None:
    Rollout(percent=10, every=Duration.minutes(320), shift=Shift.LINEAR)
    Rollout(percent=99, every=Duration.days(2), shift=Shift.LINEAR)
    Rollout(percent=1, every=Duration.days(2), shift=Shift.CANARY)


def test_failures_go_to_a_standard_queue(stack: Stack) -> None:
    with pytest.raises(ValueError, match="failures must be a standard queue, got Service/Fifo"):
        AsyncInvocation(failures=sqs.Queue(stack, "Fifo", fifo=True))


def test_a_function_that_exists_serves_every_route_and_event(
    stack: Stack, front: HttpFront, mesh: EventMesh, order_placed: type[EventContract]
) -> None:
    function = lambda_.Function.from_function_attributes(
        stack,
        "Legacy",
        function_arn="arn:aws:lambda:eu-west-1:111111111111:function:legacy",
        role=Microservice(stack, "Other", compute=LambdaCompute(ORDERS), front=front, routes=ROUTES)
        .workloads["api.handler"]
        .role,
        same_environment=True,
    )
    routes = [Route("GET /v1/legacy", public=True), Route("PUT /v1/legacy", public=True, handler="whatever.handler")]

    created = Microservice(
        stack, "Old", compute=function, front=front, routes=routes, mesh=mesh, subscribes=[order_placed]
    )

    assert not created.functions
    assert len({id(workload) for workload in created.workloads.values()}) == 1
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::Lambda::Function", 1)
    template.has_resource_properties("AWS::ApiGatewayV2::Route", {"RouteKey": "PUT /v1/legacy"})
    (source,) = template.find_resources("AWS::Lambda::EventSourceMapping").values()
    assert "legacy" in str(source["Properties"]["FunctionName"])


def test_a_function_without_a_role_cannot_be_granted_anything(stack: Stack) -> None:
    function = lambda_.Function.from_function_arn(stack, "Legacy", "arn:aws:lambda:eu-west-1:1:function:legacy")
    with pytest.raises(ValueError, match=r"function must have a role.*Service/Legacy has none"):
        ExistingFunction(function)


def existing(stack: Stack, **options: Any) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Legacy",
        code=lambda_.InlineCode("..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        **options,
    )


def test_a_function_that_exists_runs_no_longer_than_lambda_lets_it(stack: Stack) -> None:
    with pytest.raises(ValueError, match="timeout must be between 1 and 900 seconds, got 901"):
        ExistingFunction(existing(stack), timeout=Duration.seconds(901))


def test_a_function_that_outlasts_its_queue_is_refused(
    stack: Stack, mesh: EventMesh, order_placed: type[EventContract]
) -> None:
    function = existing(stack, timeout=Duration.minutes(5))
    with pytest.raises(ValueError, match="hide messages for 174 seconds, and Service/Legacy may take 300"):
        Microservice(stack, "Old", compute=function, mesh=mesh, subscribes=[order_placed])


def test_every_option_at_once_passes_the_policy_packs(new_app: Callable[..., App]) -> None:
    app = new_app()
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    stack = Stack(app, "Service")
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "Vpc", vpc_id="vpc-1", availability_zones=["a", "b"], private_subnet_ids=["subnet-1", "subnet-2"]
    )
    service(
        stack,
        HttpFront(Stack(app, "Platform"), "Front"),
        vpc=vpc,
        rollout=Rollout(),
        provisioned_concurrency=1,
        async_invocation=AsyncInvocation(),
        insights=True,
    )

    app.synth()  # raises on a finding
