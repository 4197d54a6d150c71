"""Alarms that say what is wrong and what to do about it."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

_MINUTE = Duration.minutes(1)
_FIVE_MINUTES = Duration.minutes(5)


def alarm_on(
    scope: Construct, id: str, *, metric: cloudwatch.IMetric, threshold: float, description: str, periods: int = 1
) -> cloudwatch.Alarm:
    """Create an alarm that sounds when a metric reaches a threshold; silence counts as healthy.

    Args:
        scope: Parent construct.
        id: Construct id.
        metric: What is watched.
        threshold: The least value that sounds it.
        description: What it means and what to do.
        periods: How many of the metric's periods in a row must reach the threshold.

    Returns:
        The alarm, without actions; add those of your own.
    """
    return cloudwatch.Alarm(
        scope,
        id,
        metric=metric,
        threshold=threshold,
        evaluation_periods=periods,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        alarm_description=description,
    )


def function_alarms(scope: Construct, function: lambda_.IFunction) -> tuple[cloudwatch.Alarm, ...]:
    """Watch a function for failed and refused invocations.

    Args:
        scope: Parent construct; the alarms are its children "ErrorsAlarm" and "ThrottlesAlarm".
        function: What is watched.

    Returns:
        Both alarms.
    """
    return (
        alarm_on(
            scope,
            "ErrorsAlarm",
            metric=function.metric_errors(period=_FIVE_MINUTES),
            threshold=1,
            description="The function raised or timed out. Read its log group for the stack trace.",
        ),
        alarm_on(
            scope,
            "ThrottlesAlarm",
            metric=function.metric_throttles(period=_FIVE_MINUTES),
            threshold=1,
            description="Invocations were refused: the function's or the account's concurrency is used up.",
        ),
    )


def dead_letter_alarm(scope: Construct, queue: sqs.IQueue) -> cloudwatch.Alarm:
    """Watch a dead-letter queue: one message is one piece of work that was not done.

    Args:
        scope: Parent construct; the alarm is its child "DeadLetterAlarm".
        queue: The dead-letter queue.

    Returns:
        The alarm.
    """
    return alarm_on(
        scope,
        "DeadLetterAlarm",
        metric=queue.metric_approximate_number_of_messages_visible(period=_MINUTE, statistic="Maximum"),
        threshold=1,
        description="Messages could not be processed. Fix the cause, then redrive the dead-letter queue.",
    )


def backlog_alarm(scope: Construct, queue: sqs.IQueue, *, oldest: Duration) -> cloudwatch.Alarm:
    """Watch how long messages wait.

    Args:
        scope: Parent construct; the alarm is its child "BacklogAlarm".
        queue: The queue that feeds a consumer.
        oldest: Age of the oldest message that sounds it.

    Returns:
        The alarm.
    """
    return alarm_on(
        scope,
        "BacklogAlarm",
        metric=queue.metric_approximate_age_of_oldest_message(period=_MINUTE, statistic="Maximum"),
        threshold=oldest.to_seconds(),
        periods=3,
        description="The consumer is falling behind: events wait longer than they should.",
    )
