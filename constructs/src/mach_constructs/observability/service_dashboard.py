"""One service on one page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from mach_constructs.observability.monitoring import create_monitoring
from mach_constructs.observability.objective import FAST_BURN, SLOW_BURN, STEADY_BURN

if TYPE_CHECKING:
    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_ecs as ecs
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_sqs as sqs

    from mach_constructs.observability.objective_alarms import ObjectiveAlarms

_WIDTH = 24
_MOST_ALARMS = 100  # of one alarm status widget


@dataclass(frozen=True, kw_only=True)
class ServiceParts:
    """What of a service has signals.

    Attributes:
        functions: Its functions by the names they are shown under.
        containers: Its ECS services.
        tables: Its tables.
        queues: Queues it consumes, each with its dead-letter queue.
        alarms: Everything that may sound.
        objective: Its objective, if it has one.
    """

    functions: Mapping[str, lambda_.IFunction] = field(default_factory=dict)
    containers: Sequence[ecs.FargateService] = ()
    tables: Sequence[dynamodb.ITable] = ()
    queues: Sequence[tuple[sqs.IQueue, sqs.IQueue]] = ()
    alarms: Sequence[cloudwatch.AlarmBase] = ()
    objective: ObjectiveAlarms | None = None


class ServiceDashboard(Construct):
    """A dashboard of one service: its alarms, its objective, then the golden signals of all it consists of.

    The graphs of functions, tables, queues and containers are those of cdk-monitoring-constructs. Its alarms are not
    used, as they need physical names. CloudFormation names the dashboard. It costs 3 USD a month, the first three of an
    account nothing.

    Example:
        ```python
        parts = ServiceParts(functions={"api.handler": function}, tables=[table])
        ServiceDashboard(self, "Dashboard", title="catalog", parts=parts)
        ```

    Args:
        scope: Parent construct.
        id: Construct id.
        title: The page's heading.
        parts: What is shown.
    """

    dashboard: cloudwatch.Dashboard
    """The dashboard; add widgets of your own."""

    def __init__(self, scope: Construct, id: str, *, title: str, parts: ServiceParts) -> None:
        super().__init__(scope, id)
        monitoring, self.dashboard = create_monitoring(self)
        monitoring.add_large_header(title)
        for widget in (*alarm_status("Alarms", parts.alarms), *objective_graphs(parts.objective)):
            monitoring.add_widget(widget)
        for name, function in parts.functions.items():
            monitoring.monitor_lambda_function(lambda_function=function, human_readable_name=name)
        for container in parts.containers:
            monitoring.monitor_simple_fargate_service(fargate_service=container)
        for queue, dead_letters in parts.queues:
            monitoring.monitor_sqs_queue_with_dlq(queue=queue, dead_letter_queue=dead_letters)
        for table in parts.tables:
            monitoring.monitor_dynamo_table(table=table)


def alarm_status(title: str, alarms: Sequence[cloudwatch.IAlarm]) -> Iterable[cloudwatch.IWidget]:
    """Give widgets that show which alarms sound.

    Args:
        title: Above them.
        alarms: Which; a widget takes a hundred.
    """
    for start in range(0, len(alarms), _MOST_ALARMS):
        some = list(alarms[start : start + _MOST_ALARMS])
        height = 2 + len(some) // 6
        yield cloudwatch.AlarmStatusWidget(title=title, alarms=some, width=_WIDTH, height=height)


def objective_graphs(objective: ObjectiveAlarms | None) -> Sequence[cloudwatch.IWidget]:
    """Give widgets of requests, latency and burn rates beside what is promised.

    Args:
        objective: The objective; none has no widgets.
    """
    if objective is None:
        return ()
    promise = objective.objective
    milliseconds = promise.latency.to_milliseconds()
    burn_rates = [objective.burn_rate(tier.long_minutes) for tier in (FAST_BURN, STEADY_BURN, SLOW_BURN)]
    return (
        cloudwatch.GraphWidget(
            title=f"Requests ({promise.availability:g} % succeed)",
            left=[objective.requests.requests.with_(label="requests")],
            right=[objective.requests.failures.with_(label="failures")],
            width=_WIDTH // 3,
        ),
        cloudwatch.GraphWidget(
            title="Latency",
            left=[objective.requests.latency(statistic) for statistic in ("p50", promise.latency_statistic)],
            left_annotations=[cloudwatch.HorizontalAnnotation(value=milliseconds, label="objective")],
            width=_WIDTH // 3,
        ),
        cloudwatch.GraphWidget(
            title="Burn rate",
            left=burn_rates,
            left_annotations=[
                cloudwatch.HorizontalAnnotation(value=1, label="spends exactly the budget"),
                cloudwatch.HorizontalAnnotation(value=FAST_BURN.burn_rate(promise.window), label="page"),
            ],
            width=_WIDTH // 3,
        ),
    )
