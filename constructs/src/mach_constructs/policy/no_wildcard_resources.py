"""Roles may act on what they name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mach_constructs.policy.json_values import each
from mach_constructs.policy.references import Part, as_text
from mach_constructs.policy.resource import Resource
from mach_constructs.policy.rule import Finding, SynthesizedApp
from mach_constructs.policy.statements import allowed_to_principals
from mach_constructs.policy.unscoped_actions import UNSCOPED_ACTIONS

_WILDCARD = re.compile(r"[*?]")
_MANAGED_BY_AWS = re.compile(r"^arn:(?:<[^>]*>|[^:]*):iam::aws:policy/(.+)$")
# These allow what can be allowed on every resource only.
_SCOPED_BY_NATURE = ("AWSXRayDaemonWriteAccess", "AWSXrayWriteOnlyAccess")
# ARNs whose resource part starts with the name itself; elsewhere a type comes first.
_UNTYPED = ("s3", "sqs", "sns", "execute-api")


class NoWildcardResources:
    """No role is allowed anything on resources that are not named.

    A wildcard within a named resource is no finding: objects of a bucket, indexes of a table, streams of a log group.
    Nor is `*` for actions that support nothing else (`UNSCOPED_ACTIONS`). Managed policies of AWS are findings, because
    they are written for every account and cannot name a resource of this one
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html).
    """

    name = "NoWildcardResources"

    def findings(self, app: SynthesizedApp) -> Iterator[Finding]:
        """Give what is wrong.

        Args:
            app: What was synthesized.
        """
        for statement in allowed_to_principals(app):
            holder = statement.holder
            scopable = [action for action in statement.actions if action.lower() not in UNSCOPED_ACTIONS]
            if statement.body.get("NotResource") is not None:
                yield self._finding(holder, "NotResource", "every resource but some", statement.place)
            for resource in statement.resources:
                parts = app.references.parts(holder.template, resource)
                if (scopable or not statement.actions) and not _named(parts):
                    what = f"{as_text(parts)!r} for {', '.join(scopable) or 'its actions'}"
                    yield self._finding(holder, as_text(parts), what, statement.place)
        yield from self._managed_policies(app)

    def _managed_policies(self, app: SynthesizedApp) -> Iterator[Finding]:
        for role in app.assembly.of_type("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"):
            for arn in each(role.get("ManagedPolicyArns")):
                found = _MANAGED_BY_AWS.match(app.references.text(role.template, arn))
                name = found[1].rpartition("/")[2] if found else ""
                if name and name not in _SCOPED_BY_NATURE:
                    yield self._finding(role, name, f"what AWS's managed policy {name} does", "ManagedPolicyArns")

    def _finding(self, holder: Resource, what: str, allowed: str, place: str) -> Finding:
        return Finding(
            f"{self.name}[{what}]",
            holder,
            f"{holder.construct} allows {allowed}, and so more than resources that it names",
            "Grant what is called on the resources that are used: by `grant_*`, or a statement with their ARNs.",
            place,
        )


def _named(parts: list[Part]) -> bool:
    """Tell whether every wildcard stands within a resource that is named."""
    text = re.sub(r"<[^>]*>", "<>", as_text(parts))
    wildcard = _WILDCARD.search(text)
    if wildcard is None:
        return True
    before = text[: wildcard.start()]
    if not text.startswith("arn:"):
        # A reference, then a separator: without one, other resources' names could go on as this one's does.
        return bool(re.match(r"<>[/:]", before))
    _, _, service, _, _, *rest = f"{before}:::::".split(":", 5)
    resource = rest[0].removesuffix(":::::")
    if before.count(":") < 5 or not service:
        return False
    if service not in _UNTYPED:
        resource = re.split(r"[:/]", resource, maxsplit=1)[-1] if re.search(r"[:/]", resource) else ""
    # Names of log groups hold slashes.
    separator = ":" if service == "logs" else "[:/]"
    return bool(re.match(rf".+?{separator}", resource))
