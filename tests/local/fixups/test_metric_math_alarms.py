import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from local.bring_up import accepted_not_emulated
from local.places import Places

from .conftest import SOON, RunningServer

COMPARED: Mapping[str, Any] = {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 1, "EvaluationPeriods": 1}
PLAIN: Mapping[str, Any] = {"Namespace": "Shop", "MetricName": "Errors", "Statistic": "Sum", "Period": 60}
MATH: Mapping[str, Any] = {
    "Metrics": [
        {"Id": "ratio", "Expression": "errors / 2"},
        {"Id": "errors", "ReturnData": False, "MetricStat": {"Metric": PLAIN, "Stat": "Sum", "Period": 60}},
    ]
}


def template(alarm: Mapping[str, Any]) -> str:
    properties = {**COMPARED, **alarm}
    return json.dumps(
        {
            "Resources": {"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}},
            "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Alarm", "Arn"]}}},
        }
    )


def test_an_alarm_on_metric_math_is_accepted_and_told(fixed: RunningServer) -> None:
    stacks, places, alarms = fixed.client("cloudformation"), Places(root=fixed.root), fixed.client("cloudwatch")
    stacks.create_stack(StackName="math", TemplateBody=template(MATH))
    stacks.get_waiter("stack_create_complete").wait(StackName="math", WaiterConfig=SOON)

    (output,) = stacks.describe_stacks(StackName="math")["Stacks"][0]["Outputs"]
    assert output["OutputValue"].startswith("arn:aws:cloudwatch:us-east-1:000000000000:")
    assert accepted_not_emulated(places) == "AWS::CloudWatch::Alarm on metric math (1)"
    assert alarms.describe_alarms()["MetricAlarms"] == []

    for alarm, names in ((PLAIN, 1), (MATH, 0), (PLAIN, 1)):
        stacks.update_stack(StackName="math", TemplateBody=template(alarm))
        stacks.get_waiter("stack_update_complete").wait(StackName="math", WaiterConfig=SOON)
        assert len(alarms.describe_alarms()["MetricAlarms"]) == names
    assert accepted_not_emulated(places) == "none"

    stacks.delete_stack(StackName="math")
    stacks.get_waiter("stack_delete_complete").wait(StackName="math", WaiterConfig=SOON)
    assert alarms.describe_alarms()["MetricAlarms"] == []


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    stacks = plain.client("cloudformation")
    stacks.create_stack(StackName="math", TemplateBody=template(MATH))
    with pytest.raises(WaiterError):
        stacks.get_waiter("stack_create_complete").wait(StackName="math", WaiterConfig=SOON)
    events = stacks.describe_stack_events(StackName="math")["StackEvents"]
    assert any("metric math" in event.get("ResourceStatusReason", "") for event in events)
