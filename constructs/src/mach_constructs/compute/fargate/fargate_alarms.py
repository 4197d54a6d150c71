"""Alarms on an ECS service."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from mach_constructs.compute.fargate.service_metrics import ServiceMetrics
from mach_constructs.observability.alarms import alarm_on

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


def resource_alarms(scope: Construct, service: ecs.BaseService) -> tuple[cloudwatch.Alarm, ...]:
    """Watch a service for want of CPU or memory.

    Args:
        scope: Parent construct; the alarms are its children "CpuAlarm" and "MemoryAlarm".
        service: What is watched.
    """
    return (
        alarm_on(
            scope,
            "CpuAlarm",
            metric=service.metric_cpu_utilization(period=_FIVE_MINUTES, statistic="Average"),
            threshold=90,
            periods=3,
            description="The tasks' CPU is used up though they scale: raise max_tasks or cpu.",
        ),
        alarm_on(
            scope,
            "MemoryAlarm",
            metric=service.metric_memory_utilization(period=_FIVE_MINUTES, statistic="Maximum"),
            threshold=90,
            periods=3,
            description="A task is about to be ended for want of memory: raise memory or lower concurrency.",
        ),
    )
