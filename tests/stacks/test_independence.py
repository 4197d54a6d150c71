"""Each service's stack deploys, updates and is destroyed alone."""

import json

import pytest
from aws_cdk.assertions import Template

from tests.storefront_app import SERVICES, STACKS, assembly, template_of

SHARED = {"Payments": {"PaymentCredentials"}, "PaymentSimulator": {"PaymentCredentials"}}
"""What a service and somebody outside must both know, by service."""


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_depends_on_the_platform_and_on_no_other_service(service: str) -> None:
    dependencies = {dependency.id for dependency in assembly().get_stack_by_name(service).dependencies}

    shared = SHARED.get(service, set())
    assert shared.isdisjoint(SERVICES)
    assert {name for name in dependencies if not name.endswith(".assets")} == {"Platform"} | shared


def test_operators_look_at_everything_and_nothing_waits_for_them() -> None:
    watched = {dependency.id for dependency in assembly().get_stack_by_name("Operations").dependencies}

    assert {name for name in watched if not name.endswith(".assets")} == {"Platform", *SERVICES}
    for stack in ("Platform", *SERVICES):
        dependencies = {dependency.id for dependency in assembly().get_stack_by_name(stack).dependencies}
        assert "Operations" not in dependencies


def test_no_stack_locks_another_by_an_export() -> None:
    for stack in STACKS:
        template = json.dumps(template_of(stack))
        assert "Fn::ImportValue" not in template
        assert '"Export"' not in template


@pytest.mark.parametrize("service", SERVICES)
def test_routes_and_rules_live_with_their_service(service: str) -> None:
    platform, own = (
        {resource["Type"] for resource in template_of(name)["Resources"].values()} for name in ("Platform", service)
    )

    # One that only hears has no routes.
    assert own & {"AWS::ApiGatewayV2::Route", "AWS::Events::Rule"}
    assert "AWS::EventSchemas::Schema" not in platform


def test_the_only_rule_of_the_platform_logs_and_calls_no_service() -> None:
    rules = Template.from_json(template_of("Platform")).find_resources("AWS::Events::Rule")

    (rule,) = rules.values()
    assert [target["Id"] for target in rule["Properties"]["Targets"]] == ["Log"]


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_has_a_name_that_a_second_deployment_would_clash_with(stack: str) -> None:
    naming = {
        "AlarmName",
        "BucketName",
        "FunctionName",
        "LogGroupName",
        "QueueName",
        "RoleName",
        "RuleName",
        "TableName",
    }

    named = {
        logical_id: sorted(naming & resource.get("Properties", {}).keys())
        for logical_id, resource in template_of(stack)["Resources"].items()
        if any(isinstance(resource.get("Properties", {}).get(name), str) for name in naming)
    }

    assert named == {}
