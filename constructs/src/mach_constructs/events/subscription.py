"""Events delivered to a workload: rule, queue, dead-letter queue, alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.compute.compute import Workload
from mach_constructs.events.consumer import require_subscribable
from mach_constructs.events.dead_letters import dead_letter_queue
from mach_constructs.events.delivery import Delivery
from mach_constructs.events.event_contract import Event
from mach_constructs.events.event_mesh import EventMesh, bus_of
from mach_constructs.events.rule_pattern import named, rule_pattern
from mach_constructs.events.rule_targets import RuleTarget, let_rules_send
from mach_constructs.events.subscription_queue import subscription_queue
from mach_constructs.observability.queue_alarms import backlog_alarm, dead_letter_alarm, depth_alarm, undelivered_alarm
from mach_constructs.regions import require_region

# EventBridge gives a FIFO queue's messages one group for a rule; the same for all rules keeps one order for all events.
_GROUP = "events"


class Subscription(Construct):
    """Delivers events to a workload at least once: a rule an event → one queue → a function or an ECS service.

    The workload answers with a partial batch response: only events it names are delivered again. After its attempts,
    or when EventBridge cannot reach the queue for a day, an event goes to the dead-letter queue, where it stays 14
    days and sounds an alarm. Everything is created in the listener's own scope, so its stack deploys and goes alone.

    Costs 0.40 USD for a million messages (0.50 when ordered), each of which is sent, received and deleted, and 0.10 USD
    an alarm and month.

    Args:
        scope: Parent construct.
        id: Construct id.
        mesh: Where the events come from, a mesh or any bus.
        events: What is listened for, by source, detail type and version; 1 to 40.
        workload: Who gets them, such as `service.workloads["api.handler"]`; its role is allowed to read the queue.
        matching: A filter on the events' `detail`; None for all of them.
        delivery: How the queue hands them over.

    Raises:
        ValueError: There is no event or more than 40, one is invalid or stands there twice, EventBridge would refuse
            the filter, the timeout does not fit the delivery, or the bus is in another region.

    Example:
        Subscription(
            self,
            "DearOrders",
            mesh=mesh,
            events=[OrderPlaced],
            matching={"data": {"total": {"amount": [{"numeric": [">", 100_000]}]}}},
            workload=workload,
        )
    """

    queue: sqs.Queue
    """Events that wait."""
    dead_letters: sqs.Queue
    """Events that could not be processed."""
    undelivered: sqs.Queue
    """Events that EventBridge could not bring to the queue: the same as `dead_letters` unless the delivery is ordered,
    for EventBridge takes no FIFO queue for that."""
    rules: Mapping[str, events.Rule]
    """A rule for each event, by detail type and version ("ProductPublishedV1")."""
    source: lambda_.EventSourceMapping | None
    """What hands events to a function; None where the workload polls the queue itself."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Alarms on dead letters, and on age and number of waiting events."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        mesh: EventMesh | events.IEventBus,
        events: Sequence[Event],
        workload: Workload,
        matching: Mapping[str, object] | None = None,
        delivery: Delivery | None = None,
    ) -> None:
        require_subscribable(events, matching)
        delivery = delivery or Delivery()
        delivery.visibility_timeout(workload.timeout)
        require_region("mesh", bus_of(mesh), scope)
        super().__init__(scope, id)
        self._bus, self._group = bus_of(mesh), _GROUP if delivery.ordered else None
        self.dead_letters = dead_letter_queue(self, fifo=delivery.ordered)
        self.undelivered = dead_letter_queue(self, "Undelivered") if delivery.ordered else self.dead_letters
        self.queue = subscription_queue(
            self, delivery=delivery, timeout=workload.timeout, dead_letters=self.dead_letters
        )
        self.rules = {name: self._rule(name, rule_pattern(event, matching)) for name, event in named(events).items()}
        let_rules_send(self.queue, self.rules.values())
        let_rules_send(self.undelivered, self.rules.values())
        self.source = workload.consume(self, self.queue, delivery)
        self.alarms = (
            dead_letter_alarm(self, self.dead_letters),
            *((undelivered_alarm(self, self.undelivered),) if delivery.ordered else ()),
            backlog_alarm(self, self.queue, oldest=delivery.oldest),
            depth_alarm(self, self.queue, deepest=delivery.deepest),
        )

    def _rule(self, name: str, pattern: Mapping[str, object]) -> events.Rule:
        detail = cast("Mapping[str, object]", pattern["detail"])
        return events.Rule(
            self,
            name,
            event_bus=self._bus,
            event_pattern=events.EventPattern(
                source=cast("list[str]", pattern["source"]),
                detail_type=cast("list[str]", pattern["detail-type"]),
                detail=detail,
            ),
            targets=[RuleTarget(self._target())],
        )

    def _target(self) -> events.RuleTargetConfig:
        group = self._group
        return events.RuleTargetConfig(
            arn=self.queue.queue_arn,
            target_resource=self.queue,
            sqs_parameters=events.CfnRule.SqsParametersProperty(message_group_id=group) if group else None,
            dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=self.undelivered.queue_arn),
        )
