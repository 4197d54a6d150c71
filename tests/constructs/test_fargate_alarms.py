"""When an ECS service sounds: from which value on, and where nobody counts its tasks."""

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_ecs as ecs
from aws_cdk.assertions import Template

from mach_constructs import FargateCompute, HttpFront, Microservice, Route, ServiceNetwork, WebScaling

ORDERS = Path(__file__).parent / "fixtures/orders"
ROUTES = [Route("GET /v1/orders", public=True, handler="read.handler")]


def alarms(service: Microservice) -> dict[str, dict[str, Any]]:
    """Properties of the web service's alarms by construct id."""
    resources = Template.from_stack(Stack.of(service)).find_resources("AWS::CloudWatch::Alarm")
    of_resource = {alarm.node.id: alarm for alarm in service.workloads["read.handler"].alarms}
    return {
        name: next(
            properties["Properties"]
            for logical_id, properties in resources.items()
            if logical_id.startswith(f"OrdersWeb{name}")
        )
        for name in of_resource
    }


def on_network(stack: Stack, front: HttpFront, **network: Any) -> Microservice:
    return Microservice(
        stack,
        "Orders",
        compute=FargateCompute(ORDERS, network=ServiceNetwork(stack, "Network", **network)),
        front=front,
        routes=ROUTES,
    )


def test_tasks_sound_before_they_are_full_and_when_some_are_missing(stack: Stack, front: HttpFront) -> None:
    made = alarms(on_network(stack, front))

    assert {name: alarm["Threshold"] for name, alarm in made.items()} == {
        "ErrorsAlarm": 1,
        "CpuAlarm": 80,
        "MemoryAlarm": 80,
        "MissingTasksAlarm": 1,
    }
    assert (made["CpuAlarm"]["Statistic"], made["MemoryAlarm"]["Statistic"]) == ("Average", "Maximum")
    assert {alarm["TreatMissingData"] for alarm in made.values()} == {"notBreaching"}


def test_missing_tasks_are_those_that_should_run_and_do_not(stack: Stack, front: HttpFront) -> None:
    alarm = alarms(on_network(stack, front))["MissingTasksAlarm"]

    by_id = {metric["Id"]: metric for metric in alarm["Metrics"]}
    (expression,) = (metric["Expression"] for metric in by_id.values() if "Expression" in metric)
    assert expression == "desired - running"
    for name, metric in (("desired", "DesiredTaskCount"), ("running", "RunningTaskCount")):
        counted = by_id[name]["MetricStat"]
        assert (counted["Metric"]["Namespace"], counted["Metric"]["MetricName"]) == ("ECS/ContainerInsights", metric)
        assert {dimension["Name"] for dimension in counted["Metric"]["Dimensions"]} == {"ClusterName", "ServiceName"}
        assert counted["Period"] == 60
    assert alarm["EvaluationPeriods"] == 5


@pytest.mark.parametrize(("target", "threshold"), [(40, 80), (60, 80), (90, 95)])
def test_the_cpu_that_scaling_aims_at_is_no_alarm(stack: Stack, front: HttpFront, target: int, threshold: int) -> None:
    compute = FargateCompute(ORDERS, web_scaling=WebScaling(cpu=target))
    service = Microservice(stack, "Orders", compute=compute, front=front, routes=ROUTES)

    assert alarms(service)["CpuAlarm"]["Threshold"] == threshold


@pytest.mark.parametrize(
    ("insights", "counted"),
    [
        (None, False),
        (ecs.ContainerInsights.DISABLED, False),
        (ecs.ContainerInsights.ENABLED, True),
        (ecs.ContainerInsights.ENHANCED, True),
    ],
)
def test_only_container_insights_tell_how_many_tasks_run(
    stack: Stack, front: HttpFront, insights: ecs.ContainerInsights | None, *, counted: bool
) -> None:
    cluster = ecs.Cluster(stack, "Existing", container_insights_v2=insights, enable_fargate_capacity_providers=True)
    service = on_network(stack, front, cluster=cluster)

    assert ("MissingTasksAlarm" in alarms(service)) is counted


def test_of_an_imported_cluster_nobody_knows(app: App, stack: Stack, front: HttpFront) -> None:
    elsewhere = ecs.Cluster(Stack(app, "Elsewhere"), "Cluster")
    cluster = ecs.Cluster.from_cluster_attributes(
        stack, "Imported", cluster_name="shared", vpc=elsewhere.vpc, security_groups=[]
    )
    service = on_network(stack, front, cluster=cluster)

    assert "MissingTasksAlarm" not in alarms(service)
