"""One Lambda function with everything an operator expects around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.compute.environment_variables import require_environment
from mach_constructs.compute.function_acknowledgments import acknowledge_findings
from mach_constructs.compute.function_options import LONGEST_RUN, SHORTEST_RUN
from mach_constructs.compute.lambda_checks import check_target, check_texts
from mach_constructs.compute.live_alias import LiveAlias
from mach_constructs.compute.queue_source import queue_source
from mach_constructs.compute.target import Target
from mach_constructs.compute.vpc_access import grant_vpc_access
from mach_constructs.network.subnets import require_subnets
from mach_constructs.observability.alarms import function_alarms
from mach_constructs.regions import require_region
from mach_constructs.stores.store import Access
from mach_constructs.validation import require_duration_between

if TYPE_CHECKING:
    from mach_constructs.api.http_front import HttpFront
    from mach_constructs.compute.lambda_compute import LambdaCompute
    from mach_constructs.events.delivery import Delivery


class ServiceFunction(Construct):
    """A function with a role and a log group of its own, JSON logs, X-Ray tracing, and alarms on errors and throttles.

    The role may write this function's log group and X-Ray segments, and what is granted to it later; it has no managed
    policy, unless Lambda Insights asks for its own.

    Args:
        scope: Parent construct.
        id: Construct id.
        compute: Code, memory and whatever else the service says.
        handler: Module and function within the service's folder, such as "api.handler".
        description: What the function is for, shown in the console, at most 256 characters.
        default_timeout: Timeout when neither the service nor the handler has one, 1 s to 15 min.
        environment: Variables; those of `compute` win.
        access: What the code may do with the service's stores.
        vpc: Network it has to run in, because a store is reached only there; that of `compute` wins.

    Raises:
        ValueError: The handler does not exist, the app's runtime lacks what `compute` asks for, the handler's name or
            the description is too long, there is no subnet or more than 16, or the variables are larger than 4 KB
            together.

    Example:
        ServiceFunction(
            self,
            "Report",
            compute=LambdaCompute("lambdas/report"),
            handler="report.handler",
            description="Writes the daily report",
            default_timeout=Duration.minutes(1),
        )
    """

    function: lambda_.Function
    """The function."""
    live: LiveAlias | None
    """The alias that callers use, with its deployment group; None when versions take over all at once."""
    role: iam.Role
    """What it may do."""
    log_group: logs.LogGroup
    """What it says."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Alarms on errors and throttles, and on asynchronous failures if there can be such."""
    timeout: Duration
    """How long one invocation may take."""
    access: Access
    """What the code may do with the service's stores."""
    failures: sqs.IQueue | None
    """Asynchronous invocations that were given up; None when none are expected."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        compute: LambdaCompute,
        handler: str,
        description: str,
        default_timeout: Duration,
        environment: Mapping[str, str] | None = None,
        access: Access = Access.READ_WRITE,
        vpc: ec2.IVpc | None = None,
    ) -> None:
        compute.require_handler(handler)
        target = Target.of(scope)
        check_target(compute, target)
        check_texts(compute, handler, description)
        require_duration_between("default_timeout", default_timeout, SHORTEST_RUN, LONGEST_RUN)
        require_region("environment_key", compute.environment_key, scope)
        vpc = compute.vpc or vpc
        if vpc is not None:
            require_subnets("a function", vpc, compute.subnets)
        super().__init__(scope, id)
        options = compute.options(handler)
        self.access = access
        self.timeout = options.timeout or default_timeout
        self.log_group = logs.LogGroup(
            self, "LogGroup", retention=compute.log_retention, removal_policy=RemovalPolicy.RETAIN
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        if vpc is not None:
            grant_vpc_access(self.role).assert_success()
        variables = {**(environment or {}), **options.environment}
        self.function = lambda_.Function(
            self,
            "Function",
            description=description,
            runtime=target.lambda_runtime,
            architecture=target.lambda_architecture,
            code=compute.bundle.code(target),
            handler=f"{compute.name}.{handler}",
            memory_size=options.memory,
            timeout=self.timeout,
            ephemeral_storage_size=options.ephemeral_storage,
            reserved_concurrent_executions=options.reserved_concurrency,
            environment=variables,
            environment_encryption=compute.environment_key,
            role=self.role,
            log_group=self.log_group,
            logging_format=compute.log_format,
            tracing=lambda_.Tracing.ACTIVE,
            vpc=vpc,
            vpc_subnets=compute.subnets,
            security_groups=list(compute.security_groups) or None,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if compute.snap_start else None,
            insights_version=lambda_.LambdaInsightsVersion.VERSION_1_0_498_0 if compute.insights else None,
        )
        require_environment(self.function, variables)
        self.log_group.grant_write(self.role)
        self.alarms = function_alarms(
            self, self.function, timeout=self.timeout, reserved_concurrency=options.reserved_concurrency
        )
        self.live = LiveAlias.of(self, self.function, options, compute)
        self.failures = None
        if options.async_invocation is not None:
            self.failures, alarms = options.async_invocation.configure(self, self.invoked)
            self.alarms += alarms
        if self.live is not None:
            self.live.roll_back_on(self.alarms)
        acknowledge_findings(self, insights=compute.insights)

    @property
    def invoked(self) -> lambda_.IFunction:
        """What callers invoke: the alias where there is one, else the function."""
        return self.live.alias if self.live is not None else self.function

    @property
    def deployment_group(self) -> codedeploy.LambdaDeploymentGroup | None:
        """What moves traffic to new versions; None when they take over all at once."""
        return self.live.deployment_group if self.live is not None else None

    @property
    def connections(self) -> ec2.Connections | None:
        """Its place in a VPC; None outside any."""
        return self.function.connections if self.function.is_bound_to_vpc else None

    def integration(self, scope: Construct, front: HttpFront) -> apigwv2.HttpRouteIntegration:  # noqa: ARG002
        """Give the integration, with one permission for all routes: one a route would outgrow the policy's 20 KB."""
        return integrations.HttpLambdaIntegration(
            "Integration", self.invoked, scope_permission_to_route=False, timeout=front.timeout
        )

    def consume(self, scope: Construct, queue: sqs.IQueue, delivery: Delivery) -> lambda_.EventSourceMapping:
        """Let Lambda hand messages of a queue over; only those that the function names are delivered again."""
        return queue_source(scope, queue, self.invoked, delivery)
