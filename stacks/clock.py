"""What a service does by the clock, on whatever it runs: a message to its queue of events."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from contracts.envelope import DomainEvent
from contracts.model import Contract
from mach_constructs import Subscription


class Clock(Construct):
    """Sends an event to a service's queue again and again. A scheduled rule lives on the account's default bus.

    Args:
        scope: Parent construct.
        id: Construct id.
        event: The contract, whose data is empty.
        every: How often, a minute or more.
        subscription: Whose handler takes it.

    Attributes:
        rule: The rule, free of charge as all scheduled rules are.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        event: type[DomainEvent[Contract]],
        every: Duration,
        subscription: Subscription,
    ) -> None:
        super().__init__(scope, id)
        metadata = {
            "event_id": events.EventField.event_id,
            "correlation_id": events.EventField.event_id,
            "occurred_at": events.EventField.time,
            "version": event.version,
        }
        message = {
            "source": event.source,
            "detail-type": event.detail_type,
            "detail": {"metadata": metadata, "data": {}},
        }
        self.rule = events.Rule(
            self,
            "Rule",
            schedule=events.Schedule.rate(every),
            targets=[
                targets.SqsQueue(
                    subscription.queue,
                    message=events.RuleTargetInput.from_object(message),
                    dead_letter_queue=subscription.undelivered,
                )
            ],
        )
