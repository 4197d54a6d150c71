"""What an operator hears of a workflow."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from mach_constructs.observability.alarms import alarm_on
from mach_constructs.workflow.saga import COMPENSATION_FAILED

_FIVE_MINUTES = Duration.minutes(5)
_NAMESPACE = "MachConstructs/Workflow"


def workflow_alarms(
    scope: Construct, machine: sfn.StateMachine, *, tolerated_failures: int, slow: Duration
) -> tuple[cloudwatch.Alarm, ...]:
    """Watch a state machine.

    Args:
        scope: Parent construct; the alarms are its children.
        machine: What is watched.
        tolerated_failures: Failed executions in five minutes that are nothing to worry about.
        slow: How long an execution may take.

    Returns:
        Alarms on failed, timed out, throttled and slow executions.
    """
    return (
        alarm_on(
            scope,
            "FailedAlarm",
            metric=machine.metric_failed(period=_FIVE_MINUTES, statistic="Sum"),
            threshold=tolerated_failures + 1,
            description="Executions failed. The console shows the step and the cause of each.",
        ),
        alarm_on(
            scope,
            "TimedOutAlarm",
            metric=machine.metric_timed_out(period=_FIVE_MINUTES, statistic="Sum"),
            threshold=1,
            description="Executions timed out, and nothing was undone. Find out how far they came.",
        ),
        alarm_on(
            scope,
            "ThrottledAlarm",
            metric=machine.metric_throttled(period=_FIVE_MINUTES, statistic="Sum"),
            threshold=1,
            description="State transitions are throttled: ask for a higher quota, or start fewer executions at once.",
        ),
        alarm_on(
            scope,
            "SlowAlarm",
            metric=machine.metric_time(period=_FIVE_MINUTES, statistic="Maximum"),
            threshold=slow.to_milliseconds(),
            description="Executions take longer than they should. The trace shows which step does.",
        ),
    )


def compensation_alarm(scope: Construct, log_group: logs.ILogGroup) -> tuple[logs.MetricFilter, cloudwatch.Alarm]:
    """Watch for executions that could not undo what they had done; a person has to.

    Args:
        scope: Parent construct; filter and alarm are its children "CompensationFailures" and "CompensationFailedAlarm".
        log_group: The log of the state machine.

    Returns:
        The filter that counts them, and the alarm on the first.
    """
    failures = logs.MetricFilter(
        scope,
        "CompensationFailures",
        log_group=log_group,
        filter_pattern=logs.FilterPattern.all(
            logs.FilterPattern.string_value("$.type", "=", "FailStateEntered"),
            logs.FilterPattern.string_value("$.details.name", "=", COMPENSATION_FAILED),
        ),
        metric_namespace=_NAMESPACE,
        # A metric of its own for every workflow: filters on such logs can add no dimension.
        metric_name=f"CompensationFailures-{scope.node.addr}",
        metric_value="1",
    )
    alarm = alarm_on(
        scope,
        "CompensationFailedAlarm",
        metric=failures.metric(period=_FIVE_MINUTES, statistic="Sum"),
        threshold=1,
        description="Something could not be undone. The execution's cause says what: undo it by hand.",
    )
    return failures, alarm
