"""One alarm that says whether a service is well."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

# A rule takes 10,240 characters and 100 alarms; one with the longest of names takes 330 characters
# (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html).
_MOST_ALARMS = 30


def health_alarm(scope: Construct, alarms: Sequence[cloudwatch.IAlarm]) -> cloudwatch.CompositeAlarm | None:
    """Create an alarm that sounds while any of several does, and notifies nobody; 0.50 USD a month.

    More than 30 alarms are watched by way of further ones, each of 30, at the same price each.

    Args:
        scope: Parent construct; the alarm is its child "Health", further ones are "Health1", "Health2" and so on.
        alarms: What is watched.

    Returns:
        The alarm; None when there is nothing to watch.
    """
    return _any_of(scope, "Health", alarms) if alarms else None


def _any_of(scope: Construct, id: str, alarms: Sequence[cloudwatch.IAlarm]) -> cloudwatch.CompositeAlarm:
    if len(alarms) > _MOST_ALARMS:
        groups = [alarms[start : start + _MOST_ALARMS] for start in range(0, len(alarms), _MOST_ALARMS)]
        alarms = [_any_of(scope, f"{id}{number}", group) for number, group in enumerate(groups, start=1)]
    alarm = cloudwatch.CompositeAlarm(
        scope,
        id,
        alarm_rule=cloudwatch.AlarmRule.any_of(
            *(cloudwatch.AlarmRule.from_alarm(each, cloudwatch.AlarmState.ALARM) for each in alarms)
        ),
        alarm_description="An alarm of the service sounds; it has notified whoever it notifies.",
    )
    # The library makes a name up, which a second deployment would clash with; CloudFormation makes a better one.
    resource = alarm.node.default_child
    if isinstance(resource, cloudwatch.CfnCompositeAlarm):
        resource.add_property_deletion_override("AlarmName")
    return alarm
