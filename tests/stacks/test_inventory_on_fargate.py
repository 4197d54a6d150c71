"""`-c storefront:inventory-compute=fargate`: the same service, in containers."""

import json
from functools import cache
from typing import Any

import pytest
from aws_cdk.assertions import Match, Template
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from stacks.inventory_compute import UnknownComputeError, inventory_compute
from tests.cdk_app import new_app
from tests.normalised import normalised, read_templates
from tests.storefront_app import ON_FARGATE, STACKS, template_of

pytestmark = pytest.mark.long  # a synthesis of its own


@cache
def templates() -> dict[str, dict[str, Any]]:
    return read_templates(ON_FARGATE.directory)


@pytest.mark.parametrize("stack", ["Inventory", "Network"])
def test_template(stack: str, snapshot: SnapshotAssertion) -> None:
    assert normalised(templates()[stack]) == snapshot(name=f"{stack}OnFargate", extension_class=JSONSnapshotExtension)


def test_the_other_services_do_not_notice() -> None:
    assert set(templates()) == {*STACKS, "Network"}
    for stack in set(STACKS) - {"Platform", "Inventory", "Operations"}:
        assert templates()[stack] == template_of(stack)


def test_routes_and_events_are_the_same_and_the_table_is_kept() -> None:
    on_fargate, on_lambda = templates()["Inventory"]["Resources"], template_of("Inventory")["Resources"]

    def of(resources: dict[str, Any], kind: str) -> list[Any]:
        return [resource["Properties"] for resource in resources.values() if resource["Type"] == kind]

    for kind in ("AWS::ApiGatewayV2::Route",):
        keys = [{route["RouteKey"] for route in of(resources, kind)} for resources in (on_fargate, on_lambda)]
        assert keys[0] == keys[1] != set()
    assert of(on_fargate, "AWS::Events::Rule") == of(on_lambda, "AWS::Events::Rule")
    tables = [
        {name for name, resource in resources.items() if resource["Type"] == "AWS::DynamoDB::GlobalTable"}
        for resources in (on_fargate, on_lambda)
    ]
    assert tables[0] == tables[1] != set()


def test_the_very_same_handlers_run() -> None:
    template = Template.from_json(templates()["Inventory"])
    for expected in ('{"GET /v1/inventory/{sku}": "inventory.api.handler"', '"handler":"inventory.events.handler"'):
        assert expected in json.dumps(template.find_resources("AWS::ECS::TaskDefinition")).replace("\\", "")
    template.all_resources_properties("AWS::ECS::Service", {"EnableExecuteCommand": False})
    template.has_resource_properties(
        "AWS::IAM::Policy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with([Match.object_like({"Action": Match.array_with(["dynamodb:GetItem"])})])
            }
        },
    )


def test_no_checker_has_a_finding() -> None:
    assert ON_FARGATE.report.error == ""
    assert ON_FARGATE.report.findings == []


@pytest.mark.parametrize("given", ["ec2", "Fargate", 3])
def test_another_compute_is_refused(given: object) -> None:
    with pytest.raises(UnknownComputeError, match='must be "lambda" or "fargate", got'):
        inventory_compute(new_app(**{"storefront:inventory-compute": given}))
