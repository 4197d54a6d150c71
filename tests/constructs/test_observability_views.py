"""What people look at: dashboards, saved queries, traces."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Template

from mach_constructs import (
    CorrelationQuery,
    ObjectiveAlarms,
    RequestMetrics,
    ServiceDashboard,
    ServiceLevelObjective,
    ServiceParts,
    ServiceQueries,
    ServiceTraces,
    SystemDashboard,
    TraceSampling,
)


@pytest.fixture
def objective(stack: Stack) -> ObjectiveAlarms:
    log_group = logs.LogGroup(stack, "AccessLogs")
    requests = RequestMetrics(stack, "Requests", access_logs=log_group, routes=["GET /v1/orders"], namespace="Orders")
    return ObjectiveAlarms(stack, "Objective", objective=ServiceLevelObjective(), requests=requests)


def body(template: dict[str, Any]) -> str:
    """The one dashboard's body as text, with references as JSON."""
    (dashboard,) = (r for r in template["Resources"].values() if r["Type"] == "AWS::CloudWatch::Dashboard")
    assert "DashboardName" not in dashboard["Properties"], "CloudFormation names it"
    parts = dashboard["Properties"]["DashboardBody"]["Fn::Join"][1]
    return "".join(part if isinstance(part, str) else "<reference>" for part in parts)


def test_a_service_s_dashboard_shows_alarms_objective_and_each_part(stack: Stack, objective: ObjectiveAlarms) -> None:
    function = lambda_.Function.from_function_name(stack, "Function", "orders-api")
    parts = ServiceParts(functions={"api.handler": function}, alarms=objective.alarms, objective=objective)
    ServiceDashboard(stack, "Dashboard", title="orders", parts=parts)

    shown = json.loads(body(Template.from_stack(stack).to_json()))["widgets"]

    alarms = [widget["properties"]["alarms"] for widget in shown if widget["type"] == "alarm"]
    assert [len(some) for some in alarms] == [len(objective.alarms)]
    text = json.dumps(shown)
    assert '"markdown": "# orders"' in text
    for metric in ("FailedRequests", "Latency", "BurnRate", "Errors", "Duration", "Throttles", "api.handler"):
        assert metric in text


def test_more_alarms_than_a_widget_takes_have_another(stack: Stack) -> None:
    metric = cloudwatch.Metric(namespace="Shop", metric_name="Errors")
    alarms = [
        cloudwatch.Alarm(stack, f"Alarm{number}", metric=metric, threshold=1, evaluation_periods=1)
        for number in range(101)
    ]
    ServiceDashboard(stack, "Dashboard", title="orders", parts=ServiceParts(alarms=alarms))

    shown = json.loads(body(Template.from_stack(stack).to_json()))["widgets"]
    assert [len(widget["properties"]["alarms"]) for widget in shown if widget["type"] == "alarm"] == [100, 1]


class Observed:
    """A service as the system's dashboard sees it."""

    def __init__(self, stack: Stack, objective: ObjectiveAlarms | None) -> None:
        self.service_name = "orders"
        self.observability = self
        self.objective = objective
        metric = cloudwatch.Metric(namespace="Shop", metric_name="Errors")
        alarm = cloudwatch.Alarm(stack, "Alarm", metric=metric, threshold=1, evaluation_periods=1)
        self.health: cloudwatch.CompositeAlarm | None = cloudwatch.CompositeAlarm(
            stack, "Health", alarm_rule=cloudwatch.AlarmRule.from_alarm(alarm, cloudwatch.AlarmState.ALARM)
        )


def test_the_system_s_dashboard_holds_no_service_s_stack(
    app: App, stack: Stack, platform: Stack, objective: ObjectiveAlarms
) -> None:
    # Not even where an app asks for exports by default.
    platform.node.set_context("@aws-cdk/core:defaultCrossStackReferences", "strong")
    SystemDashboard(platform, "Dashboard", title="Shop", services=[Observed(stack, objective)])
    assembly = app.synth()

    own, service = (assembly.get_stack_by_name(name).template for name in ("Platform", "Service"))
    assert "Fn::GetStackOutput" in json.dumps(own)
    assert "ImportValue" not in json.dumps(own)
    assert "Export" not in json.dumps(service.get("Outputs", {}))
    assert len(service.get("Outputs", {})) == 1, "a service is referred to by its one health alarm"
    assert "FailedRequests" in body(own)


def test_a_dashboard_of_nothing_is_refused(platform: Stack) -> None:
    with pytest.raises(ValueError, match="services must hold at least one, got none"):
        SystemDashboard(platform, "Dashboard", title="Shop", services=[])


def test_services_of_one_name_are_refused(platform: Stack, stack: Stack) -> None:
    twin = Observed(stack, None)
    with pytest.raises(ValueError, match="services must have different names, got 'orders' twice"):
        SystemDashboard(platform, "Dashboard", title="Shop", services=[twin, twin])


def test_apps_without_dashboards_do_not_import_what_draws_them() -> None:
    program = "import sys, mach_constructs; print('cdk_monitoring_constructs' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "False"


def queries(stack: Stack) -> dict[str, dict[str, Any]]:
    found = Template.from_stack(stack).find_resources("AWS::Logs::QueryDefinition").values()
    return {query["Properties"]["Name"]: query["Properties"] for query in found}


def test_a_service_has_queries_of_errors_slow_requests_and_cold_starts(stack: Stack) -> None:
    groups = [logs.LogGroup(stack, name) for name in ("Api", "Events")]
    ServiceQueries(stack, "Queries", folder="Service/Orders", log_groups=groups)

    saved = queries(stack)

    assert set(saved) == {
        "Service/Orders/Errors by correlation id",
        "Service/Orders/Slowest requests",
        "Service/Orders/Cold starts",
    }
    assert all(len(query["LogGroupNames"]) == 2 for query in saved.values())
    assert "by correlation_id" in saved["Service/Orders/Errors by correlation id"]["QueryString"]
    assert "sort duration_ms desc" in saved["Service/Orders/Slowest requests"]["QueryString"]
    assert "initDurationMs" in saved["Service/Orders/Cold starts"]["QueryString"]


def test_one_correlation_id_is_followed_through_any_number_of_log_groups(stack: Stack) -> None:
    groups = [logs.LogGroup.from_log_group_name(stack, f"G{n}", f"group-{n}") for n in range(120)]
    CorrelationQuery(stack, "Correlation", folder="Shop", log_groups=groups)

    saved = queries(stack)

    assert [len(query["LogGroupNames"]) for query in saved.values()] == [50, 50, 20]
    assert {name for query in saved.values() for name in query["LogGroupNames"]} == {f"group-{n}" for n in range(120)}


def test_a_query_of_another_stack_s_logs_does_not_hold_it(app: App, stack: Stack, platform: Stack) -> None:
    platform.node.set_context("@aws-cdk/core:defaultCrossStackReferences", "strong")
    CorrelationQuery(platform, "Correlation", folder="Shop", log_groups=[logs.LogGroup(stack, "Logs")])

    own = json.dumps(app.synth().get_stack_by_name("Platform").template)
    assert "Fn::GetStackOutput" in own
    assert "ImportValue" not in own


@pytest.mark.parametrize("number", [0, 51])
def test_a_query_asks_one_to_fifty_log_groups(stack: Stack, number: int) -> None:
    groups = [logs.LogGroup.from_log_group_name(stack, f"G{n}", f"group-{n}") for n in range(number)]
    with pytest.raises(ValueError, match=f"log_groups must be between 1 and 50, got {number}"):
        ServiceQueries(stack, "Queries", folder="Shop", log_groups=groups)
    if not number:
        with pytest.raises(ValueError, match="log_groups must hold at least one log group, got none"):
            CorrelationQuery(stack, "Correlation", folder="Shop", log_groups=groups)


def test_traces_of_a_service_are_found_by_its_name_and_its_functions(stack: Stack) -> None:
    sampling = TraceSampling(rate=0.2, reservoir=3, priority=77)
    ServiceTraces(stack, "TracesOfAServiceWithALongName", service_name="orders", functions=["fn-1"], sampling=sampling)
    template = Template.from_stack(stack)

    (group,) = template.find_resources("AWS::XRay::Group").values()
    assert group["Properties"]["FilterExpression"] == 'service("orders") OR service("fn-1")'
    assert len(group["Properties"]["GroupName"]) <= 32
    (rule,) = (r["Properties"]["SamplingRule"] for r in template.find_resources("AWS::XRay::SamplingRule").values())
    assert len(rule["RuleName"]) <= 32
    assert (rule["FixedRate"], rule["ReservoirSize"], rule["Priority"]) == (0.2, 3, 77)
    assert rule["ServiceName"] == "orders"


def test_names_that_aws_insists_on_differ_between_deployments(app: App) -> None:
    names = {
        ServiceTraces(
            Stack(app, f"Shop-{deployment}", stack_name=f"shop-{deployment}"),
            "TracesOfAServiceWithALongName",
            service_name="orders",
        ).group.group_name
        for deployment in ("test", "prod")
    }

    assert len(names) == 2


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"service_name": ""}, "service_name must not be empty"),
        ({"service_name": 'a" OR "b'}, "service_name must be letters, digits, blanks and "),
        ({"service_name": "x" * 65}, "service_name must have at most 64 characters for X-Ray, got 65"),
        ({"functions": ['f"']}, "functions must be names of Lambda functions, got 'f\"'"),
    ],
)
def test_what_x_ray_could_not_find_by_is_refused(stack: Stack, names: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ServiceTraces(stack, "Traces", **{"service_name": "orders", **names})


@pytest.mark.parametrize("query", [ServiceQueries, CorrelationQuery])
@pytest.mark.parametrize(
    ("folder", "message"), [(" ", "folder must not be empty"), ("x" * 226, "at most 225 characters, got 226")]
)
def test_a_folder_must_have_a_name_that_fits(
    stack: Stack, query: Callable[..., object], folder: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        query(stack, "Queries", folder=folder, log_groups=[logs.LogGroup(stack, "Logs")])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rate": 1.1}, "rate must be between 0 and 1, got 1.1"),
        ({"reservoir": -1}, "reservoir must be at least 0, got -1"),
        ({"priority": 0}, "priority must be between 1 and 9999, got 0"),
        ({"priority": 10_000}, "priority must be between 1 and 9999, got 10000"),
    ],
)
def test_invalid_sampling_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TraceSampling(**arguments)
