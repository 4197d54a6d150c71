"""Golden signals: what an alarm watches, from which value on, and that silence is health."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Template

from mach_constructs import FunctionOptions, HttpFront, LambdaCompute, ServiceFunction
from mach_constructs.observability.alarms import function_alarms
from mach_constructs.observability.queue_alarms import depth_alarm
from mach_constructs.observability.resource_alarms import table_alarms

Alarms = dict[str, dict[str, Any]]


@pytest.fixture
def alarms() -> Callable[[Stack], Alarms]:
    """Properties of the alarms in a stack, by construct id; those of the unmatched route's function are left out."""

    def collect(stack: Stack) -> Alarms:
        resources = Template.from_stack(stack).find_resources("AWS::CloudWatch::Alarm")
        found = [alarm for alarm in stack.node.find_all() if isinstance(alarm, cloudwatch.CfnAlarm)]
        return {
            alarm.node.path.split("/")[-2]: resources[stack.get_logical_id(alarm)]["Properties"]
            for alarm in found
            if "UnmatchedRoute" not in alarm.node.path
        }

    return collect


@pytest.fixture
def function(stack: Stack) -> lambda_.IFunction:
    return lambda_.Function.from_function_arn(stack, "Function", "arn:aws:lambda:eu-west-1:1:function:f")


def metrics(alarm: dict[str, Any]) -> set[str]:
    if "MetricName" in alarm:
        return {alarm["MetricName"]}
    return {entry["MetricStat"]["Metric"]["MetricName"] for entry in alarm["Metrics"] if "MetricStat" in entry}


def test_a_function_sounds_before_it_times_out_and_before_it_is_throttled(
    stack: Stack, orders: LambdaCompute, alarms: Callable[[Stack], Alarms]
) -> None:
    options = FunctionOptions(timeout=Duration.seconds(20), reserved_concurrency=50)
    compute = LambdaCompute(orders.folder, handlers={"api.handler": options})
    service_function = ServiceFunction(
        stack,
        "Api",
        compute=compute,
        handler="api.handler",
        description="x",
        default_timeout=Duration.seconds(10),
        environment={},
    )

    made = alarms(stack)

    assert {name: (metrics(alarm), alarm["Threshold"]) for name, alarm in made.items()} == {
        "ErrorsAlarm": ({"Errors"}, 1),
        "ThrottlesAlarm": ({"Throttles"}, 1),
        "DurationAlarm": ({"Duration"}, 16_000),
        "ConcurrencyAlarm": ({"ConcurrentExecutions"}, 40),
    }
    assert made["DurationAlarm"]["ExtendedStatistic"] == "p99"
    assert made["DurationAlarm"]["EvaluateLowSampleCountPercentile"] == "ignore"
    assert {alarm["TreatMissingData"] for alarm in made.values()} == {"notBreaching"}
    assert len(service_function.alarms) == 4


def test_a_function_of_unknown_limits_has_no_alarm_on_them(
    stack: Stack, function: lambda_.IFunction, alarms: Callable[[Stack], Alarms]
) -> None:
    function_alarms(stack, function, timeout=None, reserved_concurrency=0)

    assert set(alarms(stack)) == {"ErrorsAlarm", "ThrottlesAlarm"}


def test_a_table_sounds_when_it_throttles_or_fails(stack: Stack, alarms: Callable[[Stack], Alarms]) -> None:
    key = dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
    table_alarms(stack, dynamodb.TableV2(stack, "Table", partition_key=key))

    made = alarms(stack)

    assert metrics(made["ThrottlesAlarm"]) == {"ReadThrottleEvents", "WriteThrottleEvents"}
    assert metrics(made["SystemErrorsAlarm"]) == {"SystemErrors"}
    assert len(made["SystemErrorsAlarm"]["Metrics"]) <= 11, "an alarm takes ten metrics beside its expression"


def test_an_api_sounds_before_its_callers_are_throttled(platform: Stack, alarms: Callable[[Stack], Alarms]) -> None:
    HttpFront(platform, "Front", requests_per_second=100)

    made = alarms(platform)

    assert (made["ServerErrorsAlarm"]["MetricName"], made["ServerErrorsAlarm"]["Threshold"]) == ("5xx", 1)
    saturation = made["SaturationAlarm"]
    assert (saturation["MetricName"], saturation["Period"], saturation["Threshold"]) == ("Count", 60, 4_800)


def test_a_queue_sounds_when_too_much_waits(stack: Stack, alarms: Callable[[Stack], Alarms]) -> None:
    depth_alarm(stack, sqs.Queue(stack, "Queue"), deepest=500)

    assert alarms(stack)["DepthAlarm"]["Threshold"] == 500
