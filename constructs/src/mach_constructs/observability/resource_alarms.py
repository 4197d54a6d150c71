"""Golden signals of what a service uses besides its own code: tables and APIs."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from mach_constructs.observability.alarms import NEARLY_FULL, alarm_on

_MINUTE = Duration.minutes(1)
_FIVE_MINUTES = Duration.minutes(5)
# What grants of a store allow most; an alarm takes at most ten metrics and is billed for each.
_OPERATIONS = [
    dynamodb.Operation.GET_ITEM,
    dynamodb.Operation.QUERY,
    dynamodb.Operation.PUT_ITEM,
    dynamodb.Operation.UPDATE_ITEM,
    dynamodb.Operation.TRANSACT_WRITE_ITEMS,
]


def table_alarms(scope: Construct, table: dynamodb.ITable) -> tuple[cloudwatch.Alarm, ...]:
    """Watch a table for requests that DynamoDB refused or failed.

    Args:
        scope: Parent construct; the alarms are its children "ThrottlesAlarm" and "SystemErrorsAlarm".
        table: What is watched. Its global indexes have metrics of their own; a throttled index throttles the table's
            writes, which are seen.

    Returns:
        Both alarms; they cost 0.70 USD a month, for an alarm is billed by its metrics.
    """
    throttles = cloudwatch.MathExpression(
        expression="SUM([reads, writes])",
        using_metrics={
            "reads": table.metric("ReadThrottleEvents", period=_FIVE_MINUTES, statistic="Sum"),
            "writes": table.metric("WriteThrottleEvents", period=_FIVE_MINUTES, statistic="Sum"),
        },
        label="Throttled reads and writes",
        period=_FIVE_MINUTES,
    )
    return (
        alarm_on(
            scope,
            "ThrottlesAlarm",
            metric=throttles,
            threshold=1,
            description="DynamoDB throttles: a partition is hot, or traffic more than doubled within 30 minutes.",
        ),
        alarm_on(
            scope,
            "SystemErrorsAlarm",
            metric=table.metric_system_errors_for_operations(operations=_OPERATIONS, period=_FIVE_MINUTES),
            threshold=1,
            description="DynamoDB answered with a server error. See the AWS Health Dashboard.",
        ),
    )


def api_alarms(scope: Construct, api: apigwv2.IHttpApi, *, requests_per_second: int) -> tuple[cloudwatch.Alarm, ...]:
    """Watch an API for server errors, and for a rate close to the one at which callers get 429.

    Args:
        scope: Parent construct; the alarms are its children "ServerErrorsAlarm" and "SaturationAlarm".
        api: What is watched.
        requests_per_second: The rate that its stage allows.

    Returns:
        Both alarms.
    """
    return (
        alarm_on(
            scope,
            "ServerErrorsAlarm",
            metric=api.metric_server_error(period=_FIVE_MINUTES, statistic="Sum"),
            threshold=1,
            description="Clients got a 5xx. The access logs name the route, its service's logs the cause.",
        ),
        alarm_on(
            scope,
            "SaturationAlarm",
            metric=api.metric_count(period=_MINUTE, statistic="Sum"),
            threshold=NEARLY_FULL * 60 * requests_per_second,
            periods=2,
            description="Nearly as many requests come in as the stage allows; beyond that callers get 429. Find out "
            "who calls (access logs), or raise requests_per_second.",
        ),
    )
