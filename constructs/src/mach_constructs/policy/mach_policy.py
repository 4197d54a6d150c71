"""The plug-in that applies the rules when an app is synthesized."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import jsii
from aws_cdk import (
    IPolicyValidationContext,
    IPolicyValidationPlugin,
    PolicyValidationPluginReport,
    PolicyViolatingResource,
    PolicyViolation,
)
from constructs import IConstruct

from mach_constructs.policy.assembly import Assembly
from mach_constructs.policy.dead_letters import DeadLetters
from mach_constructs.policy.encryption import Encryption
from mach_constructs.policy.no_wildcard_actions import NoWildcardActions
from mach_constructs.policy.no_wildcard_resources import NoWildcardResources
from mach_constructs.policy.own_table_only import OwnTableOnly
from mach_constructs.policy.references import References
from mach_constructs.policy.retention_set import RetentionSet
from mach_constructs.policy.rule import Finding, Rule, SynthesizedApp
from mach_constructs.policy.service import Services
from mach_constructs.policy.tls_only import TlsOnly
from mach_constructs.policy.tracing_on import TracingOn

_PACK = "Mach"


@jsii.implements(IPolicyValidationPlugin)
class MachPolicy:
    """Checks of a whole app, its nested stacks and its stages, as a plug-in of CDK's own validation.

    Synthesis fails on a finding, which says the construct, what is wrong with it, what to do, and the id by which it is
    acknowledged. The rules read the synthesized templates, so they hold for what any construct creates, of this library
    or not, and cost milliseconds. Nothing is created in AWS.

    Args:
        services: Constructs that belong together, by the name of their service. Needed only where a service is neither
            one `Microservice` nor one stack, such as one with its table in a stack of its own.
        own_keys: Whether what is kept must be encrypted by KMS keys that the app names.
        rules: More rules, of the team's own.

    Raises:
        ValueError: A construct belongs to two services, or a service to none.

    Example:
        app = App()
        Validations.of(app).add_plugins(MachPolicy())
        Validations.of(report_role).acknowledge(
            Acknowledgment(id="Mach::OwnTableOnly[orders]", reason="Read at night only, until orders publishes them.")
        )
    """

    def __init__(
        self,
        *,
        services: Mapping[str, Sequence[IConstruct]] | None = None,
        own_keys: bool = False,
        rules: Sequence[Rule] = (),
    ) -> None:
        self._services: dict[str, list[str]] = {}
        for service, constructs in (services or {}).items():
            if not service.strip() or not constructs:
                raise ValueError(f"services must each have a name and constructs, got {service!r} with {constructs!r}")
            self._services[service] = [construct.node.path for construct in constructs]
        paths = [path for owned in self._services.values() for path in owned]
        for path in paths:
            if paths.count(path) > 1:
                raise ValueError(f"services must not share a construct, got {path!r} twice")
        self._rules: tuple[Rule, ...] = (
            NoWildcardActions(),
            NoWildcardResources(),
            OwnTableOnly(),
            TracingOn(),
            DeadLetters(),
            Encryption(own_keys=own_keys),
            TlsOnly(),
            RetentionSet(),
            *rules,
        )

    @property
    def name(self) -> str:
        """Name in reports, and the prefix of every id."""
        return _PACK

    @property
    def version(self) -> str | None:
        """Not told to AWS."""
        return None

    @property
    def rule_ids(self) -> list[str] | None:
        """Names of the rules, without the prefix."""
        return [rule.name for rule in self._rules]

    def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        """Apply the rules. CDK calls this after it wrote the templates.

        Args:
            context: Where the templates are.

        Returns:
            All findings; CDK takes away those that are acknowledged.
        """
        assembly = Assembly(Path(path) for path in context.template_paths)
        app = SynthesizedApp(assembly, References(assembly), Services(assembly, self._services))
        violations = [_violation(finding) for rule in self._rules for finding in rule.findings(app)]
        return PolicyValidationPluginReport(success=not violations, violations=violations)


def _violation(finding: Finding) -> PolicyViolation:
    resource = finding.resource
    return PolicyViolation(
        rule_name=finding.rule,
        description=f"{finding.message}. Or acknowledge {_PACK}::{finding.rule} there, with a reason.",
        fix=finding.fix,
        severity="error",
        violating_resources=[
            PolicyViolatingResource(
                resource_logical_id=resource.logical_id,
                template_path=str(resource.template.file),
                locations=[f"Properties.{finding.place}"] if finding.place else ["Properties"],
            )
        ],
    )
