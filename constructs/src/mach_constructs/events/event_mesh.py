"""The bus that services publish to and listen on."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_eventschemas as eventschemas
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.events.bus_log import BusLog, require_level
from mach_constructs.events.dead_letters import dead_letter_queue
from mach_constructs.events.event_access import Publisher, let_publish, require_distinct
from mach_constructs.events.event_archive import archive_of, encrypt, require_archive_days
from mach_constructs.events.event_log import CatchAllLog, EventLog
from mach_constructs.observability.queue_alarms import dead_letter_alarm
from mach_constructs.regions import require_region
from mach_constructs.stores.store import Removal


class EventMesh(Construct):
    """An EventBridge bus with its archive, its schema registry and its log.

    Rules and schemas live in the services' own stacks; publishers reach the bus through their outbox. EventBridge
    charges a dollar for a million published events. An archive costs 0.10 USD a GB once and 0.023 USD a GB and month;
    the registry is free.

    Args:
        scope: Parent construct.
        id: Construct id.
        existing: A bus to use instead of a new one.
        encryption_key: A key of your own for the bus and its archive, with EventBridge let in by its key policy. What
            EventBridge cannot decrypt, say because the key was disabled, goes to the bus's dead-letter queue.
        archive_days: How long every event can be replayed, 1 to 3650 days; None for no archive.
        schema_registry: Whether there is a registry, into which publishers put the schemas of their events.
        log: How much of what goes over the bus is logged for people to read; None for nothing.
        bus_log: How much EventBridge logs of what it does with each event: ERROR, INFO or TRACE; None for nothing.
        publishers: Who may publish from other accounts; everybody in this one needs no more than a grant.
        removal: What becomes of archive and bus when they leave the stack; a bus without an archive goes with it.

    Raises:
        ValueError: A number is out of range, two publishers are the same, an existing bus is given a key, or bus or
            key are of another region.

    Example:
        mesh = EventMesh(self, "Mesh", archive_days=30, log=EventLog(share=1 / 16))
    """

    bus: events.IEventBus
    """The bus."""
    archive: events.Archive | None
    """What can be replayed."""
    registry: eventschemas.CfnRegistry | None
    """Where the schemas of the services' events are."""
    log: CatchAllLog | None
    """The log that people read."""
    bus_log: BusLog | None
    """What EventBridge does with each event."""
    dead_letters: sqs.Queue | None
    """What EventBridge could not decrypt; only for a bus with a key of its own."""
    policies: Sequence[events.CfnEventBusPolicy]
    """What lets others publish."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """An alarm on the dead-letter queue, if there is one."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        existing: events.IEventBus | None = None,
        encryption_key: kms.IKey | None = None,
        archive_days: int | None = None,
        schema_registry: bool = True,
        log: EventLog | None = None,
        bus_log: events.Level | None = None,
        publishers: Sequence[Publisher] = (),
        removal: Removal = Removal.RETAIN,
    ) -> None:
        require_archive_days(archive_days)
        require_distinct(publishers)
        require_level(bus_log, existing)
        if existing is not None and encryption_key is not None:
            raise ValueError(
                f"encryption_key must be left out for an existing bus, which has its own, got {existing.node.path}"
            )
        require_region("existing", existing, scope)
        require_region("encryption_key", encryption_key, scope)
        super().__init__(scope, id)
        self.dead_letters = dead_letter_queue(self) if encryption_key is not None else None
        self.bus_log = None
        self.bus = existing if existing is not None else self._create_bus(encryption_key, bus_log)
        self.archive = None
        if archive_days is not None:
            self.archive = archive_of(self, self.bus, days=archive_days)
            if encryption_key is not None:
                encrypt(self.archive, self.bus, encryption_key)
            # A bus cannot be deleted while an archive listens on it: both stay, or both go.
            self.archive.apply_removal_policy(removal.value)
            if isinstance(self.bus, events.EventBus) and existing is None:
                self.bus.apply_removal_policy(removal.value)
        self.registry = (
            eventschemas.CfnRegistry(self, "Registry", description="Schemas of domain events")
            if schema_registry
            else None
        )
        self.log = CatchAllLog(self, "Log", bus=self.bus, log=log) if log is not None else None
        self.policies = tuple(let_publish(self, self.bus, publisher) for publisher in publishers)
        self.alarms = (dead_letter_alarm(self, self.dead_letters),) if self.dead_letters is not None else ()

    def grant_put_events(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow publishing on the bus past an outbox; what is published so may be lost, or be untrue.

        Args:
            grantee: Who may.

        Returns:
            The grant of `events:PutEvents`.
        """
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["events:PutEvents"], resource_arns=[self.bus.event_bus_arn]
        )

    def _create_bus(self, encryption_key: kms.IKey | None, level: events.Level | None) -> events.EventBus:
        bus = events.EventBus(
            self,
            "Bus",
            description="Domain events",
            kms_key=encryption_key,
            dead_letter_queue=self.dead_letters,
            log_config=events.LogConfig(level=level, include_detail=events.IncludeDetail.NONE) if level else None,
        )
        self.bus_log = BusLog(self, "BusLog", bus=bus, level=level) if level else None
        if self.dead_letters is not None:
            self.dead_letters.add_to_resource_policy(
                iam.PolicyStatement(
                    actions=["sqs:SendMessage"],
                    principals=[iam.ServicePrincipal("events.amazonaws.com")],
                    resources=[self.dead_letters.queue_arn],
                    conditions={"ArnEquals": {"aws:SourceArn": bus.event_bus_arn}},
                )
            )
        return bus


def bus_of(mesh: EventMesh | events.IEventBus) -> events.IEventBus:
    """Give the bus of a mesh, or a bus as it is."""
    return mesh.bus if isinstance(mesh, EventMesh) else mesh
