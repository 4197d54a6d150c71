"""Roles and resource policies name every action."""

from __future__ import annotations

from collections.abc import Iterator

from mach_constructs.policy.json_values import at, each
from mach_constructs.policy.rule import Finding, SynthesizedApp
from mach_constructs.policy.statements import Statement, allowed_on_resources, allowed_to_principals

_FIX = "Name the actions that are called."


class NoWildcardActions:
    """No statement allows actions by a pattern, nor all but some.

    The statement by which a KMS key leaves its permissions to IAM is no finding: it names the account, allows nobody
    anything by itself, and without it a key can become unmanageable
    (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html).
    """

    name = "NoWildcardActions"

    def findings(self, app: SynthesizedApp) -> Iterator[Finding]:
        """Give what is wrong.

        Args:
            app: What was synthesized.
        """
        for statement in (*allowed_to_principals(app), *allowed_on_resources(app)):
            if _leaves_it_to_iam(app, statement):
                continue
            for action in statement.actions:
                if "*" in action or "?" in action:
                    yield self._finding(statement, action, f"allows {action!r}, which is a pattern of actions")
            if (but := each(statement.body.get("NotAction"))) != []:
                yield self._finding(statement, "NotAction", f"allows every action but {', '.join(map(str, but))}")

    def _finding(self, statement: Statement, what: str, message: str) -> Finding:
        holder = statement.holder
        return Finding(f"{self.name}[{what}]", holder, f"{holder.construct} {message}", _FIX, statement.place)


def _leaves_it_to_iam(app: SynthesizedApp, statement: Statement) -> bool:
    if statement.holder.type != "AWS::KMS::Key":
        return False
    # CDK merges statements, so that others may stand beside the account.
    principals = [
        app.references.text(statement.holder.template, principal)
        for principal in each(at(statement.body, "Principal", "AWS"))
    ]
    return statement.actions == ["kms:*"] and all(principal.endswith(":root") for principal in principals)
