"""Alarms that say what is wrong and what to do about it."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from mach_constructs.tokens import is_unresolved

_MINUTE = Duration.minutes(1)
_FIVE_MINUTES = Duration.minutes(5)
NEARLY_FULL = 0.8
"""Share of a limit at which an alarm sounds: late enough to mean it, early enough to raise the limit."""


def alarm_on(
    scope: Construct,
    id: str,
    *,
    metric: cloudwatch.IMetric,
    threshold: float,
    description: str,
    periods: int = 1,
    ignore_few_samples: bool = False,
) -> cloudwatch.Alarm:
    """Create an alarm that sounds when a metric reaches a threshold; silence counts as healthy.

    Args:
        scope: Parent construct.
        id: Construct id.
        metric: What is watched.
        threshold: The least value that sounds it.
        description: What it means and what to do.
        periods: How many of the metric's periods in a row must reach the threshold.
        ignore_few_samples: For a percentile: whether to wait until a period has enough samples to tell it.

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
        evaluate_low_sample_count_percentile="ignore" if ignore_few_samples else None,
    )


def function_alarms(
    scope: Construct,
    function: lambda_.IFunction,
    *,
    timeout: Duration | None = None,
    reserved_concurrency: int | None = None,
) -> tuple[cloudwatch.Alarm, ...]:
    """Watch a function for failed, refused and slow invocations, and for a limit that it comes close to.

    Args:
        scope: Parent construct; the alarms are its children "ErrorsAlarm", "ThrottlesAlarm", "DurationAlarm" and
            "ConcurrencyAlarm".
        function: What is watched.
        timeout: Its timeout; without it, nothing is said about duration.
        reserved_concurrency: Its limit; without one of its own, throttles tell when the account's is used up.

    Returns:
        The alarms; each costs 0.10 USD a month.
    """
    alarms = [
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
    ]
    if timeout is not None and not timeout.is_unresolved():
        alarms.append(
            alarm_on(
                scope,
                "DurationAlarm",
                metric=function.metric_duration(period=_FIVE_MINUTES, statistic="p99"),
                threshold=NEARLY_FULL * timeout.to_milliseconds(),
                periods=3,
                ignore_few_samples=True,
                description="Invocations take nearly as long as they may. Find what is slow before they time out.",
            )
        )
    if reserved_concurrency is not None and not is_unresolved(reserved_concurrency) and reserved_concurrency:
        alarms.append(
            alarm_on(
                scope,
                "ConcurrencyAlarm",
                metric=function.metric("ConcurrentExecutions", period=_MINUTE, statistic="Maximum"),
                threshold=NEARLY_FULL * reserved_concurrency,
                periods=5,
                description="The function uses nearly all of its reserved concurrency. Raise it, or expect throttles.",
            )
        )
    return tuple(alarms)


def stream_lag_alarm(
    scope: Construct, id: str, function: lambda_.IFunction, *, oldest: Duration, description: str
) -> cloudwatch.Alarm:
    """Watch how far behind a function is with the stream that it reads.

    Args:
        scope: Parent construct.
        id: Construct id.
        function: Who reads.
        oldest: Age of the last record of a batch that sounds it.
        description: What it means and what to do.

    Returns:
        The alarm.
    """
    return alarm_on(
        scope,
        id,
        metric=function.metric("IteratorAge", period=_MINUTE, statistic="Maximum"),
        threshold=oldest.to_milliseconds(),
        periods=3,
        description=description,
    )
