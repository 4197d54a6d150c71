"""One alarm for all alarms of a service, however many there are."""

import json

import pytest
from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk.assertions import Template

from mach_constructs.observability.health import health_alarm


def alarms(stack: Stack, count: int) -> list[cloudwatch.IAlarm]:
    arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:{}"
    return [
        cloudwatch.Alarm.from_alarm_arn(stack, f"Alarm{number}", arn.format(f"{'x' * 250}-{number}"))
        for number in range(count)
    ]


@pytest.mark.parametrize(("count", "composites"), [(1, 1), (30, 1), (31, 3), (95, 5)])
def test_no_rule_is_longer_than_cloudwatch_takes(stack: Stack, count: int, composites: int) -> None:
    health = health_alarm(stack, alarms(stack, count))

    assert health is not None
    resources = Template.from_stack(stack).find_resources("AWS::CloudWatch::CompositeAlarm")
    rules = {name: json.dumps(resource["Properties"]["AlarmRule"]) for name, resource in resources.items()}
    assert len(rules) == composites
    assert all(len(rule) <= 10_240 for rule in rules.values())
    watched = "".join(rules.values())
    assert all(f"x-{number}" in watched for number in range(count))
    parts = rules.keys() - {Stack.of(health).resolve(health.node.default_child.ref)["Ref"]}  # type: ignore[union-attr]
    assert all(part in watched for part in parts), "the one alarm sounds with each of its parts"


def test_without_alarms_nothing_says_how_a_service_is(stack: Stack) -> None:
    assert health_alarm(stack, []) is None
