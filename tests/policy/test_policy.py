"""Every checker, strict, on the whole storefront: findings are mended, or acknowledged where they arise."""

import json
from pathlib import Path

from aws_cdk import Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from tests import cfn_lint
from tests.policy_report import report_of
from tests.storefront_app import STACKS, assembly, new_storefront


def test_cdk_nag_has_no_finding_that_is_not_acknowledged() -> None:
    app = new_storefront()
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))

    app.synth()  # raises on a finding


def test_the_librarys_own_policy_has_no_finding_but_what_is_acknowledged() -> None:
    report = report_of(new_storefront())

    assert report.findings == []
    assert [(rule, path) for _, rule, path in report.acknowledged] == [("DeadLetters", "Platform/Mesh/Log/Rule")]


def test_the_library_accepts_every_template_by_its_strictest_rules() -> None:
    app = new_storefront(validated=True)
    assert app.node.get_context("@aws-cdk/core:validateAgainstDefaultRules") is True

    app.synth()  # raises on a finding


def test_cfn_lint_finds_no_error_and_nothing_to_warn_of(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.template.json"
    wrong.write_text(json.dumps({"Resources": {"Queue": cfn_lint.WRONG_QUEUE}}))

    findings = cfn_lint.findings(*(Path(assembly().directory, f"{stack}.template.json") for stack in STACKS), wrong)

    assert len(findings) == 1, findings
    assert findings[0].startswith("[E3034"), "the template that is wrong on purpose shows that the rules were applied"
