"""Every checker, strict, on the whole storefront: findings are mended, or acknowledged where they arise."""

import json
from pathlib import Path

import pytest

from tests import cfn_lint
from tests.storefront_app import STACKS, STOREFRONT


def test_cdk_nag_and_the_librarys_own_policy_have_no_finding_but_what_is_acknowledged() -> None:
    report = STOREFRONT.report

    assert report.error == ""
    assert report.findings == []
    assert [(rule, path) for _, rule, path in report.acknowledged] == [("DeadLetters", "Platform/Mesh/Log/Rule")]


@pytest.mark.long
def test_cfn_lint_finds_no_error_and_nothing_to_warn_of(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.template.json"
    wrong.write_text(json.dumps({"Resources": {"Queue": cfn_lint.WRONG_QUEUE}}))

    findings = cfn_lint.findings(*(STOREFRONT.directory / f"{stack}.template.json" for stack in STACKS), wrong)

    assert len(findings) == 1, findings
    assert findings[0].startswith("[E3034"), "the template that is wrong on purpose shows that the rules were applied"
