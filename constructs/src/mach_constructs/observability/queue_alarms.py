"""Alarms on queues: what was given up, what waits too long, and what waits in too great a number."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.observability.alarms import alarm_on

_MINUTE = Duration.minutes(1)


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
        metric=_waiting(queue),
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


def depth_alarm(scope: Construct, queue: sqs.IQueue, *, deepest: int) -> cloudwatch.Alarm:
    """Watch how many messages wait.

    Args:
        scope: Parent construct; the alarm is its child "DepthAlarm".
        queue: The queue that feeds a consumer.
        deepest: Number of waiting messages that sounds it.

    Returns:
        The alarm.
    """
    return alarm_on(
        scope,
        "DepthAlarm",
        metric=_waiting(queue),
        threshold=deepest,
        periods=3,
        description="More events wait than should: raise the consumer's concurrency, or see who publishes so much.",
    )


def undelivered_alarm(scope: Construct, queue: sqs.IQueue) -> cloudwatch.Alarm:
    """Watch what EventBridge could not deliver to a queue.

    Args:
        scope: Parent construct; the alarm is its child "UndeliveredAlarm".
        queue: Where EventBridge puts it.

    Returns:
        The alarm.
    """
    return alarm_on(
        scope,
        "UndeliveredAlarm",
        metric=_waiting(queue),
        threshold=1,
        description="EventBridge could not reach the queue. Fix the cause, then send these events to it again.",
    )


def _waiting(queue: sqs.IQueue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(period=_MINUTE, statistic="Maximum")
