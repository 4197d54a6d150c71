"""One ECS service that runs handlers, with everything an operator expects around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from mach_constructs.compute.environment_variables import require_task_variables
from mach_constructs.compute.fargate.capacity import capacity_of
from mach_constructs.compute.fargate.cloud_map_options import cloud_map_options
from mach_constructs.compute.fargate.fargate_acknowledgments import acknowledge_findings
from mach_constructs.compute.fargate.fargate_alarms import errors_alarm, resource_alarms
from mach_constructs.compute.fargate.service_metrics import ServiceMetrics
from mach_constructs.compute.fargate.task import service_container, task_definition
from mach_constructs.stores.store import Access

if TYPE_CHECKING:
    from mach_constructs.compute.fargate.fargate_compute import FargateCompute
    from mach_constructs.compute.fargate.service_image import ServiceImage
    from mach_constructs.network.service_network import ServiceNetwork

_HTTPS = 443


class FargateService(Construct):
    """An ECS service on Fargate with roles, logs, security group and alarms of its own.

    Tasks have no public address, a read-only root file system, no capabilities and a user without rights; ECS Exec is
    off. They may open connections to port 443 and, once a store lets them, to that store. A deployment that does not
    become healthy, or that sounds the alarm on errors, is rolled back. The task role has what is granted to it and the
    right to put trace segments; the execution role pulls these images and writes this log group.

    Billed by the second for each task: in us-east-1 an arm64 task with 0.25 vCPU and 1 GB costs about 10 USD a month
    (https://aws.amazon.com/fargate/pricing/).

    Args:
        scope: The microservice.
        id: Construct id.
        compute: Code, size and whatever else the service says.
        command: What the runtime does: "web" or "worker".
        image: The service's image.
        network: Where it runs.
        environment: Variables that follow from the service; those of `compute` win.
        timeout: How long one request or batch may take.
        access: What the code may do with the service's stores.
        drain: How long running work may go on once a task takes no more.
        stop_timeout: How long a task may go on after it was told to stop, at most 120 s.
        cpu_target: Percent of the tasks' CPU that their number follows.
        cloud_map: Whether tasks are registered for callers.

    Example:
        service = Microservice(
            self, "Reviews", compute=FargateCompute("lambdas/reviews", network=network), front=front, routes=routes
        )
        for workload in service.workloads.values():
            if isinstance(workload, FargateService):
                workload.role.add_to_policy(
                    iam.PolicyStatement(actions=["s3:GetObject"], resources=[bucket.arn_for_objects("reviews.csv")])
                )
    """

    service: ecs.FargateService
    """The ECS service."""
    task: ecs.FargateTaskDefinition
    """What a task consists of."""
    container: ecs.ContainerDefinition
    """The container that runs the handlers, named "service"."""
    security_group: ec2.SecurityGroup
    """The tasks' security group; nothing comes in unless allowed."""
    role: iam.Role
    """What the code may do."""
    execution_role: iam.Role
    """What ECS may do to start a task."""
    log_group: logs.LogGroup
    """What the tasks say."""
    metrics: ServiceMetrics
    """What the tasks count."""
    timeout: Duration
    """How long one request or batch may take."""
    access: Access
    """What the code may do with the service's stores."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Alarms on errors (unless logs go elsewhere), CPU, memory, and missing tasks (where Container Insights are on)."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        compute: FargateCompute,
        command: str,
        image: ServiceImage,
        network: ServiceNetwork,
        environment: Mapping[str, str],
        timeout: Duration,
        access: Access,
        drain: Duration,
        stop_timeout: Duration,
        cpu_target: int,
        cloud_map: bool = False,
    ) -> None:
        super().__init__(scope, id)
        self.timeout, self.access, self._cpu_target = timeout, access, cpu_target
        self.metrics = ServiceMetrics.of(self)
        self.log_group = logs.LogGroup(
            self, "LogGroup", retention=compute.log_retention, removal_policy=RemovalPolicy.RETAIN
        )
        tasks = iam.ServicePrincipal("ecs-tasks.amazonaws.com")
        self.role = iam.Role(self, "Role", assumed_by=tasks)
        self.execution_role = iam.Role(self, "ExecutionRole", assumed_by=tasks)
        require_task_variables(f"environment of {self.node.path}", {**environment, **compute.environment})
        self.task = task_definition(self, compute=compute, image=image)
        self.container = service_container(
            self.task,
            compute=compute,
            command=command,
            image=image,
            log_group=self.log_group,
            metrics=self.metrics,
            environment={
                **environment,
                "TIMEOUT_SECONDS": str(int(timeout.to_seconds())),
                "DRAIN_SECONDS": str(int(drain.to_seconds())),
            },
            stop_timeout=stop_timeout,
        )
        self.security_group = ec2.SecurityGroup(
            self,
            "SecurityGroup",
            vpc=network.vpc,
            description="Tasks of a service: they call AWS, and whatever else is allowed",
            allow_all_outbound=False,
        )
        self.security_group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(_HTTPS), "AWS services, by TLS")
        self.service = ecs.FargateService(
            self,
            "Service",
            cluster=network.cluster,
            task_definition=self.task,
            security_groups=[self.security_group],
            vpc_subnets=compute.subnets or network.subnets,
            assign_public_ip=False,
            enable_execute_command=False,
            circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
            min_healthy_percent=100,
            max_healthy_percent=200,
            availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.ENABLED,
            capacity_provider_strategies=capacity_of(self, cluster=network.cluster, spot=compute.spot),
            enable_ecs_managed_tags=True,
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            cloud_map_options=cloud_map_options(self.container, network) if cloud_map else None,
        )
        self.alarms = resource_alarms(
            self, self.service, cpu_target=cpu_target, container_insights=network.container_insights
        )
        if compute.log_routing is None:
            on_errors = errors_alarm(self, self.metrics)
            self.alarms = (on_errors, *self.alarms)
            self.service.enable_deployment_alarms([on_errors.alarm_name], behavior=ecs.AlarmBehavior.ROLLBACK_ON_ALARM)
        acknowledge_findings(self, traced=compute.tracing is not None)

    @property
    def connections(self) -> ec2.Connections:
        """Its place in the VPC."""
        return self.service.connections

    def scale(
        self, *, min_tasks: int, max_tasks: int, cooldown: Duration, only_out: bool = False
    ) -> ecs.ScalableTaskCount:
        """Let the number of tasks follow their CPU.

        Args:
            min_tasks: Fewest.
            max_tasks: Most.
            cooldown: Least time between two changes.
            only_out: Whether low CPU leaves the number as it is.

        Returns:
            What further rules are added to.
        """
        count = self.service.auto_scale_task_count(min_capacity=min_tasks, max_capacity=max_tasks)
        count.scale_on_cpu_utilization(
            "Cpu",
            target_utilization_percent=self._cpu_target,
            scale_in_cooldown=cooldown,
            scale_out_cooldown=cooldown,
            disable_scale_in=only_out,
        )
        return count
