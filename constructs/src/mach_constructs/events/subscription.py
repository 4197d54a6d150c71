"""Events delivered to a workload: rule, queue, dead-letter queue, alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.compute.compute import Workload
from mach_constructs.events.dead_letters import dead_letter_queue
from mach_constructs.events.delivery import Delivery
from mach_constructs.events.event_contract import Event, require_contracts
from mach_constructs.events.event_mesh import EventMesh, bus_of
from mach_constructs.observability.alarms import backlog_alarm, dead_letter_alarm

# AWS advises six times the function's timeout, so that a throttled batch is not delivered twice.
_VISIBILITY_FACTOR = 6


class Subscription(Construct):
    """Delivers events to a workload at least once: a rule an event → one queue → a function or an ECS service.

    The workload answers with a partial batch response: only events it names are delivered again. After its attempts,
    or when EventBridge cannot reach the queue for a day, an event goes to the dead-letter queue, where it stays 14
    days and sounds an alarm. Everything is created in the listener's own scope, so its stack deploys and goes alone.

    Args:
        scope: Parent construct.
        id: Construct id.
        mesh: Where the events come from.
        events: What is listened for, by source, detail type and version; at least one.
        workload: Who gets them; its role is allowed to read the queue.
        delivery: How the queue hands them over.

    Raises:
        ValueError: There is no event, or one is incomplete or stands there twice.
    """

    queue: sqs.Queue
    """Events that wait."""
    dead_letters: sqs.Queue
    """Events that could not be processed."""
    rules: Mapping[str, events.Rule]
    """A rule for each event, by detail type and version ("ProductPublishedV1")."""
    source: lambda_.EventSourceMapping | None
    """What hands events to a function; None where the workload polls the queue itself."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Alarms on the dead-letter queue and on the age of waiting events."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        mesh: EventMesh | events.IEventBus,
        events: Sequence[Event],
        workload: Workload,
        delivery: Delivery | None = None,
    ) -> None:
        if not events:
            raise ValueError("events must hold at least one contract, got none")
        require_contracts("events", events)
        super().__init__(scope, id)
        delivery = delivery or Delivery()
        self.dead_letters = dead_letter_queue(self)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(
                _VISIBILITY_FACTOR * int(workload.timeout.to_seconds()) + int(delivery.window.to_seconds())
            ),
            retention_period=Duration.days(14),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=delivery.attempts),
        )
        self.rules = {name: self._rule(name, mesh, contract) for name, contract in _named(events).items()}
        self.source = workload.consume(self, self.queue, delivery)
        self.alarms = (
            dead_letter_alarm(self, self.dead_letters),
            backlog_alarm(self, self.queue, oldest=delivery.oldest),
        )

    def _rule(self, name: str, mesh: EventMesh | events.IEventBus, contract: Event) -> events.Rule:
        return events.Rule(
            self,
            name,
            event_bus=bus_of(mesh),
            event_pattern=events.EventPattern(
                source=[contract.source],
                detail_type=[contract.detail_type],
                detail={"metadata": {"version": [contract.version]}},
            ),
            targets=[targets.SqsQueue(self.queue, dead_letter_queue=self.dead_letters)],
        )


def _named(contracts: Sequence[Event]) -> dict[str, Event]:
    return {f"{contract.detail_type}V{contract.version}": contract for contract in contracts}
