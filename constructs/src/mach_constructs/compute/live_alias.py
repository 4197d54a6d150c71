"""The alias that callers of a function use, and what moves it from one version to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge

if TYPE_CHECKING:
    from mach_constructs.compute.function_options import FunctionOptions
    from mach_constructs.compute.lambda_compute import LambdaCompute
    from mach_constructs.compute.rollout import Rollout

_DEPLOYMENT_POLICY = "arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited"


class LiveAlias(Construct):
    """The alias "live" of a function, on its newest version, and with a rollout the deployment group that moves it.

    Args:
        scope: The function's construct.
        id: Construct id.
        function: Whose version is live; each change of code or configuration publishes a new one.
        provisioned_concurrency: Execution environments kept warm, if any.
        rollout: How a new version takes over; all at once when None.
    """

    alias: lambda_.Alias
    """What callers invoke."""
    deployment_group: codedeploy.LambdaDeploymentGroup | None
    """What moves traffic, and back again when an alarm sounds; None when versions take over all at once."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        function: lambda_.Function,
        provisioned_concurrency: int | None,
        rollout: Rollout | None,
    ) -> None:
        super().__init__(scope, id)
        self.alias = lambda_.Alias(
            self,
            "Alias",
            alias_name="live",
            version=function.current_version,
            provisioned_concurrent_executions=provisioned_concurrency,
        )
        self.deployment_group = None
        if rollout is not None:
            self.deployment_group = codedeploy.LambdaDeploymentGroup(
                self,
                "DeploymentGroup",
                alias=self.alias,
                deployment_config=rollout.configuration(scope),
                auto_rollback=codedeploy.AutoRollbackConfig(
                    failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
                ),
            )
            acknowledge(
                self.deployment_group,
                [f"AwsSolutions::AwsSolutions-IAM4[Policy::{_DEPLOYMENT_POLICY}]"],
                reason="AWS documents this policy as what CodeDeploy needs to shift a Lambda alias.",
            )

    @classmethod
    def of(
        cls, scope: Construct, function: lambda_.Function, options: FunctionOptions, compute: LambdaCompute
    ) -> LiveAlias | None:
        """Create the alias if anything asks for one: SnapStart and provisioned concurrency work on versions only.

        Args:
            scope: The function's construct.
            function: Whose version is live.
            options: The function's options.
            compute: The service's.

        Returns:
            The alias, or None.
        """
        if not (compute.snap_start or compute.rollout or options.provisioned_concurrency):
            return None
        return cls(
            scope,
            "Live",
            function=function,
            provisioned_concurrency=options.provisioned_concurrency,
            rollout=compute.rollout,
        )

    def roll_back_on(self, alarms: Sequence[cloudwatch.IAlarm]) -> None:
        """Let alarms stop a rollout and take it back; without a rollout nothing happens.

        Args:
            alarms: At most ten a function, which is what CodeDeploy watches.
        """
        for alarm in alarms:
            if self.deployment_group is not None:
                self.deployment_group.add_alarm(alarm)
