"""What a task consists of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aws_cdk import Duration, Size
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs

from mach_constructs.compute.fargate.service_metrics import NAMESPACE, ServiceMetrics

if TYPE_CHECKING:
    from mach_constructs.compute.fargate.fargate_compute import FargateCompute
    from mach_constructs.compute.fargate.fargate_service import FargateService
    from mach_constructs.compute.fargate.service_image import ServiceImage

HANDLER_PORT = 8080
_USER = "10001:10001"
_ARCHITECTURES = {"arm64": ecs.CpuArchitecture.ARM64, "x86_64": ecs.CpuArchitecture.X86_64}


def task_definition(
    scope: FargateService, *, compute: FargateCompute, image: ServiceImage
) -> ecs.FargateTaskDefinition:
    """Create a task definition without containers.

    Args:
        scope: The workload; its roles are the task's.
        compute: Its size.
        image: What it will run, for the architecture.
    """
    task = ecs.FargateTaskDefinition(
        scope,
        "Task",
        cpu=compute.cpu,
        memory_limit_mib=compute.memory,
        runtime_platform=ecs.RuntimePlatform(
            cpu_architecture=_ARCHITECTURES[image.target.architecture],
            operating_system_family=ecs.OperatingSystemFamily.LINUX,
        ),
        task_role=scope.role,
        execution_role=scope.execution_role,
    )
    task.add_volume(name="tmp")
    return task


def service_container(
    task: ecs.FargateTaskDefinition,
    *,
    compute: FargateCompute,
    command: str,
    image: ServiceImage,
    log_group: logs.ILogGroup,
    metrics: ServiceMetrics,
    environment: Mapping[str, str],
    stop_timeout: Duration,
) -> ecs.ContainerDefinition:
    """Add the container that runs handlers, and those it needs beside it.

    Args:
        task: The task.
        compute: What the service says.
        command: "web" or "worker".
        image: The service's image.
        log_group: Where containers log.
        metrics: What the process counts.
        environment: Variables; those of `compute` win over what the service says, and nothing over what is fixed here.
        stop_timeout: How long the container may go on after SIGTERM.
    """
    collector = compute.tracing.add_to(task, log_group) if compute.tracing else None
    logging = (
        compute.log_routing.add_to(task, log_group)
        if compute.log_routing
        else ecs.LogDriver.aws_logs(
            stream_prefix=command,
            log_group=log_group,
            # A log that cannot be written must not stop requests.
            mode=ecs.AwsLogDriverMode.NON_BLOCKING,
            max_buffer_size=Size.mebibytes(25),
        )
    )
    counting = {"METRICS_NAMESPACE": NAMESPACE, "METRICS_WORKLOAD": metrics.workload}
    container = task.add_container(
        "Container",
        container_name="service",
        image=image.image,
        command=["python", "-m", "mach_runtime", command],
        environment={
            "HOST": "0.0.0.0",  # noqa: S104 (inside the task; the security group says who gets there)
            "PORT": str(HANDLER_PORT),
            "CONCURRENCY": str(compute.concurrency),
            "MEMORY_MIB": str(compute.memory),
            "LOG_GROUP_NAME": log_group.log_group_name,
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            **(counting if compute.log_routing is None else {}),
            **(compute.tracing.environment if compute.tracing else {}),
            **environment,
            **compute.environment,
        },
        health_check=ecs.HealthCheck(
            command=["CMD", "python", "-m", "mach_runtime", "health"],
            interval=Duration.seconds(10),
            timeout=Duration.seconds(5),
            retries=3,
            start_period=Duration.seconds(60),
        ),
        port_mappings=[ecs.PortMapping(container_port=HANDLER_PORT, name=command)],
        user=_USER,
        readonly_root_filesystem=True,
        linux_parameters=_linux_parameters(task),
        stop_timeout=stop_timeout,
        logging=logging,
    )
    container.add_mount_points(ecs.MountPoint(container_path="/tmp", source_volume="tmp", read_only=False))  # noqa: S108
    if collector is not None:
        # Started before the service, it also ends after it, and so gets the last spans.
        container.add_container_dependencies(
            ecs.ContainerDependency(container=collector, condition=ecs.ContainerDependencyCondition.START)
        )
    return container


def _linux_parameters(task: ecs.FargateTaskDefinition) -> ecs.LinuxParameters:
    parameters = ecs.LinuxParameters(task, "LinuxParameters", init_process_enabled=True)
    parameters.drop_capabilities(ecs.Capability.ALL)
    return parameters
