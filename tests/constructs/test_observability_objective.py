"""An objective: what it is measured by, when its budget sounds an alarm, and what is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Match, Template

from mach_constructs import HttpFront, ServiceLevelObjective
from mach_constructs.observability.objective_alarms import ObjectiveAlarms
from mach_constructs.observability.request_metrics import RequestMetrics, filters_needed

ROUTES = ["GET /v1/orders", "PUT /v1/orders/{id}"]


@pytest.fixture
def requests(stack: Stack) -> RequestMetrics:
    log_group = logs.LogGroup(stack, "AccessLogs")
    return RequestMetrics(stack, "Requests", access_logs=log_group, routes=ROUTES, namespace="Service/Orders")


@pytest.fixture
def watch(stack: Stack, requests: RequestMetrics) -> Callable[[ServiceLevelObjective], Template]:
    def create(objective: ServiceLevelObjective) -> Template:
        ObjectiveAlarms(stack, "Objective", objective=objective, requests=requests)
        return Template.from_stack(stack)

    return create


def burn_rates(template: Template) -> dict[float, list[str]]:
    """Look-back windows in minutes by the burn rate at which an alarm on them sounds."""
    found: dict[float, list[str]] = {}
    for alarm in template.find_resources("AWS::CloudWatch::Alarm").values():
        properties = alarm["Properties"]
        if "Metrics" in properties:
            (expression,) = (entry["Expression"] for entry in properties["Metrics"] if "Expression" in entry)
            assert expression == "MIN([long, short])", "both windows must burn"
            assert properties["EvaluationPeriods"] == 1
            found[properties["Threshold"]] = [
                dimension["Value"]
                for entry in properties["Metrics"]
                if "MetricStat" in entry
                for dimension in entry["MetricStat"]["Metric"]["Dimensions"]
                if dimension["Name"] == "BurnRateWindowMinutes"
            ]
    return found


def test_the_budget_sounds_at_the_rates_and_over_the_windows_of_the_site_reliability_workbook(
    watch: Callable[[ServiceLevelObjective], Template],
) -> None:
    template = watch(ServiceLevelObjective(availability=99.9))

    assert burn_rates(template) == {14.4: ["60", "5"], 6: ["360", "30"], 1: ["4320", "360"]}
    template.has_resource_properties(
        "AWS::ApplicationSignals::ServiceLevelObjective",
        {
            "Goal": {"AttainmentGoal": 99.9, "Interval": {"RollingInterval": {"Duration": 30, "DurationUnit": "DAY"}}},
            "BurnRateConfigurations": [{"LookBackWindowMinutes": m} for m in (5, 30, 60, 360, 4320)],
        },
    )


def test_alarms_watch_the_very_objective_that_is_created(watch: Callable[[ServiceLevelObjective], Template]) -> None:
    template = watch(ServiceLevelObjective())

    (slo,) = template.find_resources("AWS::ApplicationSignals::ServiceLevelObjective").items()
    name = slo[1]["Properties"]["Name"]
    assert len(name) <= 128
    burning = [
        alarm
        for alarm in template.find_resources("AWS::CloudWatch::Alarm").values()
        if "BurnRate" in json.dumps(alarm["Properties"])
    ]
    assert len(burning) == 3
    for alarm in burning:
        assert {"Name": "SloName", "Value": name} in [
            dimension
            for entry in alarm["Properties"]["Metrics"]
            for dimension in entry.get("MetricStat", {}).get("Metric", {}).get("Dimensions", [])
        ]
        assert slo[0] in alarm["DependsOn"]


def test_a_longer_window_burns_at_higher_rates_for_the_same_share_of_the_budget(
    watch: Callable[[ServiceLevelObjective], Template],
) -> None:
    template = watch(ServiceLevelObjective(window=Duration.days(90)))

    assert set(burn_rates(template)) == {43.2, 18, 3}


def test_latency_sounds_at_the_objective_s_percentile(watch: Callable[[ServiceLevelObjective], Template]) -> None:
    watch(ServiceLevelObjective(latency=Duration.millis(250), latency_percentile=99.5)).has_resource_properties(
        "AWS::CloudWatch::Alarm",
        {
            "Namespace": "Service/Orders",
            "MetricName": "Latency",
            "ExtendedStatistic": "p99.5",
            "Threshold": 250,
            "EvaluateLowSampleCountPercentile": "ignore",
        },
    )


def test_a_request_fails_when_it_is_answered_with_a_5xx(stack: Stack, requests: RequestMetrics) -> None:
    template = Template.from_stack(stack)

    routes = '($.route = "GET /v1/orders") || ($.route = "PUT /v1/orders/{id}")'
    template.has_resource_properties(
        "AWS::Logs::MetricFilter",
        {
            "FilterPattern": f"{{ ($.status >= 500) && ({routes}) }}",
            "MetricTransformations": [Match.object_like({"MetricName": "FailedRequests", "DefaultValue": 0})],
        },
    )
    template.has_resource_properties(
        "AWS::Logs::MetricFilter",
        {
            "FilterPattern": f"{{ ({routes}) }}",
            "MetricTransformations": [Match.object_like({"MetricName": "Latency", "MetricValue": "$.latency_ms"})],
        },
    )
    assert requests.requests.statistic == "SampleCount"


def test_access_logs_carry_the_numbers_that_filters_read(platform: Stack) -> None:
    HttpFront(platform, "Front")
    (stage,) = Template.from_stack(platform).find_resources("AWS::ApiGatewayV2::Stage").values()
    line = stage["Properties"]["AccessLogSettings"]["Format"]

    written = line.replace("$context.status", "503").replace("$context.responseLatency", "12")
    assert (json.loads(written)["status"], json.loads(written)["latency_ms"]) == (503, 12)
    assert json.loads(written)["route"] == "$context.routeKey"


def test_many_routes_take_several_filters_of_at_most_1024_characters(stack: Stack) -> None:
    routes = [f"GET /v1/a-rather-long-name-{number}/{{id}}" for number in range(40)]
    RequestMetrics(
        stack, "Requests", access_logs=logs.LogGroup(stack, "AccessLogs"), routes=routes, namespace="Service"
    )

    filters = [f["Properties"] for f in Template.from_stack(stack).find_resources("AWS::Logs::MetricFilter").values()]

    assert len(filters) == filters_needed(routes) > 2
    assert all(len(f["FilterPattern"]) <= 1024 for f in filters)
    for name in ("Latency", "FailedRequests"):
        patterns = [f["FilterPattern"] for f in filters if f["MetricTransformations"][0]["MetricName"] == name]
        assert sum(pattern.count("$.route") for pattern in patterns) == 40


def test_an_api_measures_fifty_services(front: HttpFront) -> None:
    for _ in range(50):
        assert front.take_metric_filters(2) is front.access_logs

    with pytest.raises(ValueError, match=r"objective needs 2 metric filters .* which has 100 of the 100 AWS allows"):
        front.take_metric_filters(2)


def test_an_existing_api_measures_none(stack: Stack) -> None:
    api = apigwv2.HttpApi.from_http_api_attributes(stack, "Api", http_api_id="a1b2c3")
    front = HttpFront(stack, "Front", existing=api)

    with pytest.raises(ValueError, match="objective needs an HttpFront that creates its API"):
        front.require_metric_filters(2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"availability": 100}, "availability must be at most 99.999 percent, got 100"),
        ({"availability": 93}, r"at least 93\.056 percent over 30 days.*got 93"),
        (
            {"availability": 97, "window": Duration.days(90)},
            "availability must be at least 97.685 percent over 90",
        ),
        ({"latency": Duration.seconds(30)}, "latency must be between 1 and 29000 ms, got 30000"),
        ({"latency": Duration.millis(0)}, "latency must be between 1 and 29000 ms, got 0"),
        ({"latency_percentile": 100}, "latency_percentile must be between 50 and 99.99, got 100"),
        ({"window": Duration.days(7)}, "window must be between 28 and 90 days, got 7"),
        ({"window": Duration.hours(700)}, "window must be a whole number of days, got"),
    ],
)
def test_an_objective_that_makes_no_sense_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ServiceLevelObjective(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"routes": []}, "routes must hold at least one route key, got none"),
        (
            {"routes": ["GET /" + "x" * 1000]},
            "routes must be at most 983 characters to be measured, got 1005: 'GET /xx",
        ),
        ({"namespace": "shop:orders"}, r"namespace must be 1 to 255 characters without : \* \$, got 'shop:orders'"),
        ({"namespace": "x" * 256}, "namespace must be 1 to 255 characters without"),
        ({"namespace": " "}, "namespace must be 1 to 255 characters without .* got ' '"),
    ],
)
def test_metrics_that_logs_would_refuse_are_refused(stack: Stack, arguments: dict[str, Any], message: str) -> None:
    valid = {"access_logs": logs.LogGroup(stack, "AccessLogs"), "routes": ["GET /v1/orders"], "namespace": "Orders"}
    with pytest.raises(ValueError, match=message):
        RequestMetrics(stack, "Requests", **(valid | arguments))
