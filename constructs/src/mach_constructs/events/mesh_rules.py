"""Rules that send a mesh's events to a target with a role of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.events.event_contract import Event, require_contracts
from mach_constructs.events.event_mesh import EventMesh, bus_of
from mach_constructs.events.rule_targets import RuleTarget, let_rules_send, require_room
from mach_constructs.naming import pascal_case
from mach_constructs.regions import require_region
from mach_constructs.validation import require_between, require_duration_between


@dataclass(frozen=True, kw_only=True)
class Redelivery:
    """How long EventBridge keeps trying to hand an event to its target, before the dead-letter queue gets it.

    Limits: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html

    Attributes:
        attempts: Retries after the first attempt, 0 to 185; they back off exponentially.
        oldest: Age of the event at which it is given up, 60 s to 24 h.

    Raises:
        ValueError: A number is out of range.

    Example:
        Redelivery(attempts=20, oldest=Duration.hours(1))
    """

    attempts: int = 185
    oldest: Duration = Duration.hours(24)  # noqa: RUF009 (a Duration is immutable)

    def __post_init__(self) -> None:
        require_between("attempts", self.attempts, 0, 185)
        require_duration_between("oldest", self.oldest, Duration.minutes(1), Duration.hours(24))

    @property
    def policy(self) -> events.CfnRule.RetryPolicyProperty:
        """The same as CloudFormation says it."""
        return events.CfnRule.RetryPolicyProperty(
            maximum_retry_attempts=self.attempts, maximum_event_age_in_seconds=int(self.oldest.to_seconds())
        )


def require_events(contracts: Sequence[Event]) -> None:
    """Check that there are events to send.

    Args:
        contracts: What was given as `events`.

    Raises:
        ValueError: There is none or more than 40, one is incomplete or stands there twice, or two sources call an event
            the same.
    """
    if not contracts:
        raise ValueError("events must hold at least one contract, got none")
    require_contracts("events", contracts)
    require_room(contracts)
    names = [_name(contract) for contract in contracts]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"events must have distinct detail types and versions, got {name!r} of two sources")


def target_role(scope: Construct) -> iam.Role:
    """Create the role that EventBridge assumes to reach a target; rules of other accounts cannot make it do so.

    AWS recommends a role for every target:
    https://aws.amazon.com/about-aws/whats-new/2025/03/amazon-eventbridge-iam-execution-role-all-targets/

    Args:
        scope: Parent construct; the role is its child "Role".

    Returns:
        The role, without permissions.
    """
    return iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal(
            "events.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
        ),
    )


def add_rules(
    scope: Construct,
    *,
    mesh: EventMesh | events.IEventBus,
    contracts: Sequence[Event],
    target: events.RuleTargetConfig,
    dead_letters: sqs.Queue,
) -> Mapping[str, events.Rule]:
    """Create a rule for each event; each may send what it cannot deliver to the dead-letter queue.

    Args:
        scope: Parent construct; the rules are its children, named like "OrderPlacedV1".
        mesh: Where the events come from.
        contracts: Which events, by source, detail type and version.
        target: Where they go.
        dead_letters: Where those go that cannot be delivered.

    Returns:
        The rules by name.

    Raises:
        ValueError: The bus is in another region.
    """
    require_region("mesh", bus_of(mesh), scope)
    rules = {_name(contract): _rule(scope, mesh, contract, target) for contract in contracts}
    let_rules_send(dead_letters, rules.values())
    return MappingProxyType(rules)


def _name(contract: Event) -> str:
    return f"{pascal_case(contract.detail_type)}V{contract.version}"


def _rule(
    scope: Construct, mesh: EventMesh | events.IEventBus, contract: Event, target: events.RuleTargetConfig
) -> events.Rule:
    rule = events.Rule(
        scope,
        _name(contract),
        event_bus=bus_of(mesh),
        event_pattern=events.EventPattern(
            source=[contract.source],
            detail_type=[contract.detail_type],
            detail={"metadata": {"version": [contract.version]}},
        ),
    )
    rule.add_target(RuleTarget(target))
    return rule
