"""One Lambda function with everything an operator expects around it."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge
from mach_constructs.compute.lambda_compute import LambdaCompute
from mach_constructs.compute.target import Target
from mach_constructs.observability.alarms import function_alarms


class ServiceFunction(Construct):
    """A function with a role and a log group of its own, JSON logs, X-Ray tracing, and alarms on errors and throttles.

    The role may write this function's log group and X-Ray segments, and what is granted to it later; it has no managed
    policy.

    Args:
        scope: Parent construct.
        id: Construct id.
        compute: Code, memory and whatever else the service says.
        handler: Module and function within the service's folder, such as "api.handler".
        description: What the function is for, shown in the console.
        default_timeout: Timeout when neither the service nor the handler has one.
        environment: Variables; those of `compute` win.

    Raises:
        ValueError: The handler does not exist.
    """

    function: lambda_.Function
    """The function."""
    role: iam.Role
    """What it may do."""
    log_group: logs.LogGroup
    """What it says."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Alarms on errors and throttles."""
    timeout: Duration
    """How long one invocation may take."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        compute: LambdaCompute,
        handler: str,
        description: str,
        default_timeout: Duration,
        environment: Mapping[str, str],
    ) -> None:
        compute.require_handler(handler)
        super().__init__(scope, id)
        options = compute.options(handler)
        target = Target.of(self)
        self.timeout = options.timeout or default_timeout
        self.log_group = logs.LogGroup(
            self, "LogGroup", retention=compute.log_retention, removal_policy=RemovalPolicy.RETAIN
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
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
            environment={**environment, **options.environment},
            role=self.role,
            log_group=self.log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE,
        )
        self.log_group.grant_write(self.role)
        self.alarms = function_alarms(
            self, self.function, timeout=self.timeout, reserved_concurrency=options.reserved_concurrency
        )
        self._acknowledge_findings()

    def _acknowledge_findings(self) -> None:
        acknowledge(
            self.role,
            ["AwsSolutions::AwsSolutions-IAM5[Resource::*]"],
            reason="X-Ray's two actions support no resource, and nothing else is granted on *.",
        )
        acknowledge(
            self.function,
            ["AwsSolutions::AwsSolutions-L1", "Serverless::Serverless-LambdaLatestVersion"],
            reason="The runtime is a supported one, set by context for the whole app and raised deliberately, "
            "once every locked dependency has wheels for the next.",
        )
        acknowledge(
            self.function,
            ["Serverless::Serverless-LambdaDLQ"],
            reason="Nothing invokes the function asynchronously: an API waits for its answer, and queues and "
            "streams have dead-letter queues of their own.",
        )
