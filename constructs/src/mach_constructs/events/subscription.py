"""Events delivered to a function: rule, queue, dead-letter queue, alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge
from mach_constructs.events.dead_letters import dead_letter_queue
from mach_constructs.events.delivery import Delivery
from mach_constructs.events.event_contract import Event, require_contracts
from mach_constructs.events.event_mesh import EventMesh, bus_of
from mach_constructs.observability.alarms import backlog_alarm, dead_letter_alarm

# AWS advises six times the function's timeout, so that a throttled batch is not delivered twice.
_VISIBILITY_FACTOR = 6


class Subscription(Construct):
    """Delivers events to a function at least once: a rule an event → one queue → the function.

    The function answers with a partial batch response: only events it names are delivered again. After its attempts,
    or when EventBridge cannot reach the queue for a day, an event goes to the dead-letter queue, where it stays 14
    days and sounds an alarm. Everything is created in the listener's own scope, so its stack deploys and goes alone.

    Args:
        scope: Parent construct.
        id: Construct id.
        mesh: Where the events come from.
        events: What is listened for, by source, detail type and version; at least one.
        function: Who gets them; its role is allowed to read the queue.
        function_timeout: The function's timeout.
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
    source: lambda_.EventSourceMapping
    """What hands events to the function."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Alarms on the dead-letter queue and on the age of waiting events."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        mesh: EventMesh | events.IEventBus,
        events: Sequence[Event],
        function: lambda_.IFunction,
        function_timeout: Duration,
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
                _VISIBILITY_FACTOR * int(function_timeout.to_seconds()) + int(delivery.window.to_seconds())
            ),
            retention_period=Duration.days(14),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=delivery.attempts),
        )
        self.rules = {name: self._rule(name, mesh, contract) for name, contract in _named(events).items()}
        self.queue.grant_consume_messages(function)
        self.source = lambda_.EventSourceMapping(
            self,
            "Source",
            target=function,
            event_source_arn=self.queue.queue_arn,
            batch_size=delivery.batch_size,
            max_batching_window=delivery.window if delivery.window.to_seconds() else None,
            max_concurrency=delivery.max_concurrency,
            report_batch_item_failures=True,
        )
        acknowledge(
            self.source,
            ["Serverless::Serverless-LambdaEventSourceMappingDestination"],
            reason="Lambda offers failure destinations for streams only; a queue's redrive policy does the same.",
        )
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
