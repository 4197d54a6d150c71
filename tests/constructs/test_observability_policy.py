"""What makes a service observable passes cdk-nag, the strict built-in validator and cfn-lint."""

import json
from collections.abc import Callable
from pathlib import Path

from aws_cdk import App, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from mach_constructs import (
    Alerts,
    CorrelationQuery,
    CostBudget,
    ObjectiveAlarms,
    RequestMetrics,
    ServiceDashboard,
    ServiceLevelObjective,
    ServiceParts,
    ServiceQueries,
    ServiceTraces,
    Severity,
)
from mach_constructs.observability.alarms import function_alarms
from mach_constructs.observability.resource_alarms import table_alarms
from tests import cfn_lint
from tests.policy_packs import add_every_pack


def observed(app: App) -> None:
    stack = Stack(app, "Observed")
    log_group = logs.LogGroup(stack, "Logs")
    function = lambda_.Function.from_function_name(stack, "Function", "orders-api")
    table = dynamodb.Table.from_table_name(stack, "Table", "orders")
    requests = RequestMetrics(stack, "Requests", access_logs=log_group, routes=["GET /v1/orders"], namespace="Orders")
    objective = ObjectiveAlarms(stack, "Objective", objective=ServiceLevelObjective(), requests=requests)
    alarms = (*objective.alarms, *function_alarms(stack, function), *table_alarms(Stack(app, "Other"), table))
    alerts = Alerts(stack, "Alerts", emails=["team@example.com"])
    alerts.notify(objective.pages, Severity.PAGE)
    parts = ServiceParts(functions={"api": function}, tables=[table], alarms=alarms, objective=objective)
    ServiceDashboard(stack, "Dashboard", title="orders", parts=parts)
    ServiceQueries(stack, "Queries", folder="Orders", log_groups=[log_group])
    CorrelationQuery(stack, "Correlation", folder="Shop", log_groups=[log_group])
    ServiceTraces(stack, "Traces", service_name="orders", functions=[function.function_name])
    CostBudget(
        stack,
        "Costs",
        tags={"application": "shop"},
        monthly_usd=100,
        anomaly_usd=10,
        emails=["owner@example.com"],
        alerts=alerts,
    )


def test_checkers_find_only_what_is_acknowledged_and_what_is_wrong_on_purpose(
    new_app: Callable[..., App], tmp_path: Path
) -> None:
    app = new_app(validator=True)
    add_every_pack(app)
    observed(app)
    assembly = app.synth()  # raises on a finding of a pack or of CloudFormation's rules
    template = assembly.get_stack_by_name("Observed").template
    template["Resources"]["Wrong"] = cfn_lint.WRONG_QUEUE
    file = tmp_path / "observed.template.json"
    file.write_text(json.dumps(template))

    findings = cfn_lint.findings(file)

    assert len(findings) == 1, findings
    assert findings[0].startswith("[E3034")
