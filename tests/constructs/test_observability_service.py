"""A microservice by its arguments: objective, alerts, and what operators see."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, CfnResource, Stack
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk.assertions import Template

from mach_constructs import (
    Alerts,
    DynamoDbStore,
    EventContract,
    EventMesh,
    HttpFront,
    LambdaCompute,
    Microservice,
    Observability,
    Route,
    ServiceLevelObjective,
    SystemDashboard,
    TraceSampling,
)

ROUTES = [
    Route("GET /v1/orders", public=True, handler="read.handler"),
    Route("PUT /v1/orders/{id}", scopes=["orders/write"], handler="write.handler"),
]
Create = Callable[..., Microservice]


@pytest.fixture
def create(
    stack: Stack, orders: LambdaCompute, front: HttpFront, mesh: EventMesh, order_placed: type[EventContract]
) -> Create:
    def service(**arguments: Any) -> Microservice:
        complete = {
            "compute": orders,
            "store": DynamoDbStore(partition_key="pk"),
            "front": front,
            "routes": ROUTES,
            "mesh": mesh,
            "publishes": [order_placed],
            "subscribes": [order_placed],
        }
        return Microservice(stack, "Orders", **{**complete, **arguments})

    return service


def by_type(template: Template) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for resource in template.to_json()["Resources"].values():
        found.setdefault(resource["Type"], []).append(resource.get("Properties", {}))
    return found


def test_one_argument_makes_an_objective_of_the_service_s_own_routes(
    create: Create, stack: Stack, platform: Stack, app: App
) -> None:
    service = create(objective=ServiceLevelObjective(availability=99.5))

    assert service.observability.objective is not None
    assert service.observability.objective.slo in stack.node.find_all()
    made = by_type(Template.from_stack(stack))
    assert len(made["AWS::ApplicationSignals::ServiceLevelObjective"]) == 1
    filters = made["AWS::Logs::MetricFilter"]
    assert {f["MetricTransformations"][0]["MetricNamespace"] for f in filters} == {"Service/Orders"}
    assert all('"PUT /v1/orders/{id}"' in f["FilterPattern"] for f in filters)
    assert all("Fn::GetStackOutput" in json.dumps(f["LogGroupName"]) for f in filters), "the platform's access logs"
    assert "AWS::Logs::MetricFilter" not in by_type(Template.from_stack(platform))
    assert app


def test_pages_are_for_budgets_that_burn_and_tickets_for_the_rest(
    create: Create, stack: Stack, platform: Stack
) -> None:
    service = create(objective=ServiceLevelObjective(), alerts=Alerts(platform, "Alerts"))
    alarms = by_type(Template.from_stack(stack))["AWS::CloudWatch::Alarm"]

    paging = [alarm for alarm in alarms if "AlertsPage" in json.dumps(alarm["AlarmActions"])]
    assert sorted(alarm["Threshold"] for alarm in paging) == [6, 14.4]
    assert all("Expression" in json.dumps(alarm) for alarm in paging)
    tickets = [alarm for alarm in alarms if "AlertsTicket" in json.dumps(alarm["AlarmActions"])]
    assert len(paging) + len(tickets) == len(alarms) == len(service.alarms)


def test_without_alerts_nobody_is_notified(create: Create, stack: Stack) -> None:
    create()
    assert not [a for a in by_type(Template.from_stack(stack))["AWS::CloudWatch::Alarm"] if "AlarmActions" in a]


def test_a_service_s_health_is_that_of_all_its_alarms(create: Create, stack: Stack) -> None:
    service = create()
    template = Template.from_stack(stack)

    (health,) = by_type(template)["AWS::CloudWatch::CompositeAlarm"]
    rule = json.dumps(health["AlarmRule"])
    assert "AlarmName" not in health, "CloudFormation names it"
    assert len(service.alarms) > 10
    assert all(f'"{logical_id}"' in rule for logical_id in template.find_resources("AWS::CloudWatch::Alarm"))


def test_a_dashboard_shows_every_part_of_the_service(create: Create, stack: Stack) -> None:
    create()
    (dashboard,) = by_type(Template.from_stack(stack))["AWS::CloudWatch::Dashboard"]

    body = json.dumps(dashboard["DashboardBody"])
    for part in ("read.handler", "write.handler", "events.handler", "outbox relay", "AWS/DynamoDB", "AWS/SQS"):
        assert part in body


def test_saved_queries_ask_the_logs_of_every_function(create: Create, stack: Stack) -> None:
    service = create()
    queries = by_type(Template.from_stack(stack))["AWS::Logs::QueryDefinition"]

    assert [len(query["LogGroupNames"]) for query in queries] == [4, 4, 4]
    assert len(service.observability.log_groups) == 4
    assert {query["Name"].rpartition("/")[0] for query in queries} == {"Service/Orders"}


def test_operators_may_be_content_with_less(create: Create, stack: Stack) -> None:
    service = create(observability=Observability(dashboard=False, saved_queries=False))
    made = by_type(Template.from_stack(stack))

    assert not {"AWS::CloudWatch::Dashboard", "AWS::Logs::QueryDefinition", "AWS::XRay::Group"} & made.keys()
    assert (service.observability.dashboard, service.observability.queries) == (None, None)


def test_traces_are_those_of_the_service_s_functions(create: Create, stack: Stack) -> None:
    create(observability=Observability(traces=TraceSampling(priority=5)))
    made = by_type(Template.from_stack(stack))

    (rule,) = made["AWS::XRay::SamplingRule"]
    assert (rule["SamplingRule"]["Priority"], rule["SamplingRule"]["ServiceName"]) == (5, "orders")
    (group,) = made["AWS::XRay::Group"]
    assert json.dumps(group["FilterExpression"]).count('{"Ref": "Orders') == 4, "the relay's too"


def test_the_bill_is_divided_by_service(create: Create, stack: Stack) -> None:
    create(service_name="order-desk")
    made = by_type(Template.from_stack(stack))

    tag = {"Key": "service", "Value": "order-desk"}
    for resource_type in ("AWS::Lambda::Function", "AWS::SQS::Queue", "AWS::Logs::LogGroup"):
        assert all(tag in resource["Tags"] for resource in made[resource_type])
    assert all(tag in replica["Tags"] for table in made["AWS::DynamoDB::GlobalTable"] for replica in table["Replicas"])


def test_a_system_s_dashboard_shows_services_without_holding_them(create: Create, app: App, front: HttpFront) -> None:
    service = create(objective=ServiceLevelObjective())
    SystemDashboard(Stack(app, "Operations"), "Dashboard", title="Shop", services=[service], front=front)

    template = app.synth().get_stack_by_name("Operations").template
    (dashboard,) = (r for r in template["Resources"].values() if r["Type"] == "AWS::CloudWatch::Dashboard")
    body = json.dumps(dashboard)
    assert "ImportValue" not in body
    assert "FailedRequests" in body
    assert "AWS/ApiGateway" in body


def test_an_objective_without_requests_is_refused(create: Create) -> None:
    with pytest.raises(ValueError, match="objective needs routes, whose requests it is measured by, got none"):
        create(objective=ServiceLevelObjective(), routes=[])


def test_an_objective_needs_access_logs_that_the_app_owns(create: Create, stack: Stack) -> None:
    api = apigwv2.HttpApi.from_http_api_attributes(stack, "Api", http_api_id="a1b2c3")
    with pytest.raises(ValueError, match="objective needs an HttpFront that creates its API"):
        create(objective=ServiceLevelObjective(), front=api, routes=ROUTES[:1])


def test_all_of_it_is_fourteen_resources_a_service(create: Create) -> None:
    service = create(objective=ServiceLevelObjective())
    made = [part for part in service.observability.node.find_all() if isinstance(part, CfnResource)]

    assert Counter(resource.cfn_resource_type for resource in made) == {
        "AWS::CloudWatch::Alarm": 6,
        "AWS::Logs::QueryDefinition": 3,
        "AWS::Logs::MetricFilter": 2,
        "AWS::ApplicationSignals::ServiceLevelObjective": 1,
        "AWS::CloudWatch::CompositeAlarm": 1,
        "AWS::CloudWatch::Dashboard": 1,
    }
