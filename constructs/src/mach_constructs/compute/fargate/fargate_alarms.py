"""Alarms on an ECS service."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from mach_constructs.compute.fargate.service_metrics import ServiceMetrics
from mach_constructs.observability.alarms import NEARLY_FULL, alarm_on

_MINUTE = Duration.minutes(1)
_FIVE_MINUTES = Duration.minutes(5)


def errors_alarm(scope: Construct, metrics: ServiceMetrics) -> cloudwatch.Alarm:
    """Watch a service for requests or batches that failed.

    Args:
        scope: Parent construct; the alarm is its child "ErrorsAlarm".
        metrics: What its tasks count.
    """
    return alarm_on(
        scope,
        "ErrorsAlarm",
        metric=metrics.errors(period=_FIVE_MINUTES),
        threshold=1,
        description="A handler raised, took too long or found no free process. Read the log group for the cause.",
    )


def resource_alarms(
    scope: Construct, service: ecs.BaseService, *, cpu_target: int, container_insights: bool
) -> tuple[cloudwatch.Alarm, ...]:
    """Watch a service for want of CPU or memory, and for tasks that do not run.

    CPU and memory sound at 80 percent, as AWS recommends for ECS services
    (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html);
    CPU that scaling is told to aim higher at sounds half way between there and 100. Memory is that of the fullest task,
    for each is ended by itself. AWS recommends an alarm when no task runs; this one says when fewer run than should,
    for five minutes, in which a task has time to start.

    Args:
        scope: Parent construct; the alarms are its children "CpuAlarm", "MemoryAlarm" and "MissingTasksAlarm".
        service: What is watched.
        cpu_target: Percent of CPU that scaling aims at.
        container_insights: Whether its cluster has Container Insights, whose metrics tell how many tasks run.

    Returns:
        The alarms; without Container Insights only the first two. They cost 0.40 USD a month together.
    """
    alarms = (
        alarm_on(
            scope,
            "CpuAlarm",
            metric=service.metric_cpu_utilization(period=_FIVE_MINUTES, statistic="Average"),
            threshold=max(100 * NEARLY_FULL, (100 + cpu_target) / 2),
            periods=3,
            description="The tasks' CPU is nearly used up though they scale: raise max_tasks or cpu.",
        ),
        alarm_on(
            scope,
            "MemoryAlarm",
            metric=service.metric_memory_utilization(period=_FIVE_MINUTES, statistic="Maximum"),
            threshold=100 * NEARLY_FULL,
            periods=3,
            description="A task may be ended for want of memory: raise memory or lower concurrency.",
        ),
    )
    return (*alarms, _missing_tasks_alarm(scope, service)) if container_insights else alarms


def _missing_tasks_alarm(scope: Construct, service: ecs.BaseService) -> cloudwatch.Alarm:
    counts = {
        name: cloudwatch.Metric(
            namespace="ECS/ContainerInsights",
            metric_name=metric,
            dimensions_map={"ClusterName": service.cluster.cluster_name, "ServiceName": service.service_name},
            statistic="Average",
            period=_MINUTE,
        )
        for name, metric in (("desired", "DesiredTaskCount"), ("running", "RunningTaskCount"))
    }
    return alarm_on(
        scope,
        "MissingTasksAlarm",
        metric=cloudwatch.MathExpression(
            expression="desired - running", using_metrics=counts, label="Missing tasks", period=_MINUTE
        ),
        threshold=1,
        periods=5,
        description="Fewer tasks run than should. The service's events and its stopped tasks say why.",
    )
