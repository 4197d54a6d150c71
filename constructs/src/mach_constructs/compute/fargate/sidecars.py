"""Containers beside a service's own: the trace collector and the log router."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Stack
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_logs as logs
from constructs import Construct

from mach_constructs.compute.target import Target
from mach_constructs.regions import require_region, require_region_of_arn

_HERE = Path(__file__).parent
_PLATFORMS = {"arm64": ecr_assets.Platform.LINUX_ARM64, "x86_64": ecr_assets.Platform.LINUX_AMD64}
_COLLECTOR_MIB = 128
_LOG_ROUTER_MIB = 64


@dataclass(frozen=True, kw_only=True)
class Tracing:
    """Traces to X-Ray: a span a request or batch, by way of an OpenTelemetry collector (ADOT) beside the service.

    The collector is not essential to the task: without it requests are answered and their spans lost, which is the
    smaller loss. ECS starts it again when it ends.

    Attributes:
        sampled: Share of traces begun here that are recorded, above 0 and at most 1; a caller's decision is kept. X-Ray
            costs 5 USD a million.

    Raises:
        ValueError: The share is out of range.
    """

    sampled: float = 0.05

    def __post_init__(self) -> None:
        if not 0 < self.sampled <= 1:
            raise ValueError(f"sampled must be above 0 and at most 1, got {self.sampled}")

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables by which the service's OpenTelemetry finds the collector."""
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
            "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": f"{self.sampled:g}",
        }

    def add_to(self, task: ecs.FargateTaskDefinition, log_group: logs.ILogGroup) -> ecs.ContainerDefinition:
        """Add the collector to a task.

        Args:
            task: The task; its role may put trace segments, and nothing else for this.
            log_group: Where the collector says what is wrong.
        """
        task.add_to_task_role_policy(
            iam.PolicyStatement(actions=["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resources=["*"])
        )
        return task.add_container(
            "Collector",
            container_name="aws-otel-collector",
            image=_image(task, "collector"),
            essential=False,
            enable_restart_policy=True,
            memory_reservation_mib=_COLLECTOR_MIB,
            readonly_root_filesystem=True,
            logging=ecs.LogDriver.aws_logs(
                stream_prefix="collector", log_group=log_group, mode=ecs.AwsLogDriverMode.NON_BLOCKING
            ),
        )


@dataclass(frozen=True, kw_only=True)
class FireLens:
    """Logs to a Firehose stream, by way of a log router (Fluent Bit) beside the service, instead of CloudWatch Logs.

    The metrics that tasks write into their logs are then no metrics of CloudWatch: there is no alarm on errors, and
    tasks cannot be scaled by requests.

    Attributes:
        delivery_stream: Where logs go, in the same region; the task may put records into it.

    Example:
        FargateCompute("lambdas/reviews", log_routing=FireLens(delivery_stream=stream))
    """

    delivery_stream: firehose.IDeliveryStream

    def add_to(self, task: ecs.FargateTaskDefinition, log_group: logs.ILogGroup) -> ecs.LogDriver:
        """Add the log router to a task.

        Args:
            task: The task.
            log_group: Where the router itself says what is wrong.

        Returns:
            What the service's container logs by.

        Raises:
            ValueError: The stream is in another region, where the router would not look for it.
        """
        # The CDK keeps the region of none that is imported.
        require_region_of_arn("delivery_stream", self.delivery_stream.delivery_stream_arn, task)
        require_region("delivery_stream", self.delivery_stream, task)
        task.add_firelens_log_router(
            "LogRouter",
            container_name="log-router",
            image=_image(task, "log_router"),
            essential=True,
            firelens_config=ecs.FirelensConfig(
                type=ecs.FirelensLogRouterType.FLUENTBIT, options=ecs.FirelensOptions(enable_ecs_log_metadata=True)
            ),
            memory_reservation_mib=_LOG_ROUTER_MIB,
            logging=ecs.LogDriver.aws_logs(
                stream_prefix="log-router", log_group=log_group, mode=ecs.AwsLogDriverMode.NON_BLOCKING
            ),
        )
        self.delivery_stream.grant(task.task_role, "firehose:PutRecordBatch").assert_success()
        return ecs.FireLensLogDriver(
            options={
                "Name": "kinesis_firehose",
                "region": Stack.of(task).region,
                "delivery_stream": self.delivery_stream.delivery_stream_name,
            }
        )


def _image(scope: Construct, name: str) -> ecs.ContainerImage:
    platform = _PLATFORMS[Target.of(scope).architecture]
    return ecs.ContainerImage.from_asset(str(_HERE / name), platform=platform)
