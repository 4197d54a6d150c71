"""Events sent on to a bus of another account or region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.events.dead_letters import dead_letter_queue
from mach_constructs.events.event_contract import Event
from mach_constructs.events.event_mesh import EventMesh, bus_of
from mach_constructs.events.mesh_rules import add_rules, require_events, target_role
from mach_constructs.observability.queue_alarms import dead_letter_alarm


class EventForwarding(Construct):
    """Sends events on to another bus: of another account, another region, or both.

    The other bus must let this account in: `Publisher(account=…, source_prefix=…)` on its mesh. Events arrive there as
    they are, with the account and region that they come from. EventBridge retries for 24 hours; then they go to the
    dead-letter queue, with an alarm. It sends an event over two hops at most, and charges a dollar for a million.
    Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html and eb-cross-region.html.

    Args:
        scope: Parent construct, in the stack that decides what leaves.
        id: Construct id.
        mesh: Where the events come from.
        to: Where they go, such as `events.EventBus.from_event_bus_arn(…)`.
        events: What is sent on, by source, detail type and version; at least one.

    Raises:
        ValueError: There is no event, one is invalid or stands there twice, or both are the same bus.

    Example:
        EventForwarding(self, "Analytics", mesh=mesh, to=analytics_bus, events=[OrderPlaced])
    """

    role: iam.Role
    """What EventBridge sends as; it may publish on the other bus only."""
    rules: Mapping[str, events.Rule]
    """A rule for each event, by detail type and version ("OrderPlacedV1")."""
    dead_letters: sqs.Queue
    """Events that did not arrive."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """An alarm on the dead-letter queue."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        mesh: EventMesh | events.IEventBus,
        to: events.IEventBus,
        events: Sequence[Event],
    ) -> None:
        require_events(events)
        if to.event_bus_arn == bus_of(mesh).event_bus_arn:
            raise ValueError(f"to must be another bus than the mesh's, or events would go round, got {to.node.path}")
        super().__init__(scope, id)
        self.dead_letters = dead_letter_queue(self)
        self.role = target_role(self)
        iam.Grant.add_to_principal(
            grantee=self.role, actions=["events:PutEvents"], resource_arns=[to.event_bus_arn]
        ).assert_success()
        self.rules = add_rules(
            self, mesh=mesh, contracts=events, target=self._target(to), dead_letters=self.dead_letters
        )
        self.alarms = (dead_letter_alarm(self, self.dead_letters),)

    def _target(self, bus: events.IEventBus) -> events.RuleTargetConfig:
        return events.RuleTargetConfig(
            arn=bus.event_bus_arn,
            role=self.role,
            dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=self.dead_letters.queue_arn),
        )
