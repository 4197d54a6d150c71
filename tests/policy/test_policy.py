"""Every checker, strict, on the whole storefront: findings are mended, or acknowledged where they arise."""

import json
from pathlib import Path

import pytest
from aws_cdk import Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from tests.storefront_app import STACKS, assembly, new_storefront, template_of


def test_cdk_nag_has_no_finding_that_is_not_acknowledged() -> None:
    app = new_storefront()
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))

    app.synth()  # raises on a finding


def test_the_library_accepts_every_template_by_its_strictest_rules() -> None:
    app = new_storefront(validated=True)
    assert app.node.get_context("@aws-cdk/core:validateAgainstDefaultRules") is True

    app.synth()  # raises on a finding


@pytest.mark.parametrize("stack", STACKS)
def test_cfn_lint_finds_no_error_and_nothing_to_warn_of(stack: str) -> None:
    template = Path(assembly().directory, f"{stack}.template.json").read_text()
    # W3005: CDK writes out that a function waits for its role, though the reference says so already. It is harmless.
    arguments = ManualArgs(regions=["us-east-1", "eu-central-1"], ignore_checks=["W3005"])

    assert [str(match) for match in lint(template, config=arguments)] == []


def test_cfn_lint_does_run() -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": -1}}

    assert [match.rule.id for match in lint(json.dumps({"Resources": {"Queue": queue}}))] == ["E3034"]


@pytest.mark.parametrize("stack", STACKS)
def test_every_allowed_action_is_named(stack: str) -> None:
    statements = [
        statement
        for resource in template_of(stack)["Resources"].values()
        if resource["Type"] == "AWS::IAM::Policy"
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
    ]

    assert statements
    assert [statement for statement in statements if "*" in json.dumps(statement["Action"])] == []
