"""What an operator hears of a workflow."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from mach_constructs.observability.alarms import alarm_on
from mach_constructs.workflow.saga import COMPENSATION_FAILED
from mach_constructs.workflow.step import Step

_FIVE_MINUTES = Duration.minutes(5)
_NAMESPACE = "MachConstructs/Workflow"


def workflow_alarms(
    scope: Construct,
    machine: sfn.StateMachine,
    log_group: logs.ILogGroup,
    steps: Sequence[Step],
    *,
    tolerated_failures: int,
    slow: Duration,
) -> tuple[logs.MetricFilter | None, tuple[cloudwatch.Alarm, ...]]:
    """Watch a state machine.

    Args:
        scope: Parent construct; the alarms are its children.
        machine: What is watched.
        log_group: Its log.
        steps: Of its saga, if it is one.
        tolerated_failures: Failed executions in five minutes that are nothing to worry about.
        slow: How long an execution may take.

    Returns:
        What counts the executions that could not undo everything, if any could have to, and alarms: on those, and on
        failed, timed out, throttled and slow executions.
    """
    alarms = _state_machine_alarms(scope, machine, tolerated_failures=tolerated_failures, slow=slow)
    if all(step.compensation is None for step in steps):
        return None, alarms
    failures, alarm = _compensation_alarm(scope, log_group)
    return failures, (*alarms, alarm)


def _state_machine_alarms(
    scope: Construct, machine: sfn.StateMachine, *, tolerated_failures: int, slow: Duration
) -> tuple[cloudwatch.Alarm, ...]:
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


def _compensation_alarm(scope: Construct, log_group: logs.ILogGroup) -> tuple[logs.MetricFilter, cloudwatch.Alarm]:
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
