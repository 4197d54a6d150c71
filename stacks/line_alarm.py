"""An alarm on a line in a service's log."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from mach_constructs import Microservice
from mach_constructs.observability.alarms import alarm_on


def alarm_on_line(
    scope: Construct,
    id: str,
    *,
    service: Microservice,
    message: str,
    metric_name: str,
    every: Duration,
    description: str,
) -> cloudwatch.Alarm:
    """Create an alarm that sounds when what hears a service's events logs a message.

    Args:
        scope: Parent construct, the service's stack.
        id: Construct id of what counts the lines; the alarm's ends with "Alarm".
        service: Whose log.
        message: What the lines say, word for word.
        metric_name: Of the count, in the service's own namespace.
        every: How often it is counted, a minute or more.
        description: What it means and what to do.

    Returns:
        The alarm, without actions; it costs 0.10 USD a month, the metric 0.30 USD in a month in which it counts.
    """
    lines = logs.MetricFilter(
        scope,
        id,
        log_group=service.functions["events.handler"].log_group,
        filter_pattern=logs.FilterPattern.string_value("$.message", "=", message),
        metric_namespace=f"Storefront/{service.node.id}",
        metric_name=metric_name,
        metric_value="1",
    )
    return alarm_on(
        scope,
        f"{id}Alarm",
        metric=lines.metric(period=every, statistic="Sum"),
        threshold=1,
        description=description,
    )
