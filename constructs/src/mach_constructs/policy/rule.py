"""What a rule is, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from mach_constructs.policy.assembly import Assembly
from mach_constructs.policy.references import References
from mach_constructs.policy.resource import Resource
from mach_constructs.policy.service import Services


@dataclass(frozen=True)
class SynthesizedApp:
    """All that rules may ask.

    Attributes:
        assembly: Templates and resources.
        references: What expressions stand for.
        services: Who owns what.
    """

    assembly: Assembly
    references: References
    services: Services


@dataclass(frozen=True)
class Finding:
    """One thing to mend or to acknowledge.

    Attributes:
        rule: Id without the pack, such as "TracingOn".
        resource: What is wrong.
        message: What is wrong with it, in one sentence without its full stop.
        fix: What to do.
        place: Where in the resource, such as "TracingConfig.Mode".
    """

    rule: str
    resource: Resource
    message: str
    fix: str
    place: str


class Rule(Protocol):
    """Something that is checked in every template of an app."""

    @property
    def name(self) -> str:
        """Id without the pack, such as "TracingOn"."""

    def findings(self, app: SynthesizedApp) -> Iterator[Finding]:
        """Give what is wrong.

        Args:
            app: What was synthesized.
        """
