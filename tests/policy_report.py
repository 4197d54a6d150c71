"""Synthesizes an app under `MachPolicy` and reads CDK's report of it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_cdk import App, Stack, Validations

from mach_constructs import MachPolicy
from tests.cdk_app import new_app


@dataclass(frozen=True)
class Report:
    """What CDK says after synthesis.

    Attributes:
        findings: Rule and construct path of all that synthesis failed on.
        messages: What it says of each, in the same order.
        acknowledged: Reason, rule and construct path of what was acknowledged.
        error: What synthesis raised; empty when it passed.
    """

    findings: list[tuple[str, str]]
    messages: list[str]
    acknowledged: list[tuple[str, str, str]]
    error: str

    def of(self, rule: str) -> list[str]:
        """Construct paths with a finding of one rule, without the level that CDK adds."""
        return [path.removesuffix("/Resource") for name, path in self.findings if name.partition("[")[0] == rule]


def report_of(app: App, policy: MachPolicy | None = None) -> Report:
    """Synthesizes an app under the policy.

    Args:
        app: Composed, not synthesized yet, without other plug-ins.
        policy: One with arguments.
    """
    Validations.of(app).add_plugins(policy or MachPolicy())
    error = ""
    try:
        app.synth()
    except RuntimeError as failure:
        error = str(failure)
    return read_report(Path(app.outdir), error=error)


def read_report(assembly: Path, *, error: str) -> Report:
    """Reads what a synthesis under the policy left.

    Args:
        assembly: The folder of the cloud assembly.
        error: What synthesis raised; empty when it passed.
    """
    file = assembly / "validation-report.json"
    reports: list[dict[str, Any]] = json.loads(file.read_text())["pluginReports"] if file.exists() else []
    # CDK's own annotations, such as warnings about an image, are reported beside it.
    plugins = [report for report in reports if report["pluginName"] == "Mach"]
    assert all("error" not in plugin.get("metadata", {}) for plugin in plugins), plugins
    violations = [violation for plugin in plugins for violation in plugin["violations"]]
    suppressed = [violation for plugin in plugins for violation in plugin.get("suppressedViolations", ())]
    assert bool(violations) == bool(error), error
    return Report(
        findings=_places(violations),
        messages=[violation["description"] for violation in violations],
        acknowledged=[(violation["reason"], *place) for violation in suppressed for place in _places([violation])],
        error=error,
    )


def findings_of(cases: Sequence[Callable[[Stack], object]], rule: str) -> list[list[str]]:
    """Builds each case in a stack of its own and synthesizes them together, which takes a tenth of the time.

    Args:
        cases: Each gets its stack.
        rule: Whose findings are wanted.

    Returns:
        Per case, what has a finding: construct paths within the stack.
    """
    app = new_app()
    for number, build in enumerate(cases):
        build(Stack(app, f"Case{number}"))
    found: list[list[str]] = [[] for _ in cases]
    for path in report_of(app).of(rule):
        stack, _, within = path.partition("/")
        found[int(stack.removeprefix("Case"))].append(within)
    return found


def _places(violations: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [
        (violation["ruleName"], construct["constructPath"])
        for violation in violations
        for construct in violation["violatingConstructs"]
    ]
