"""A subscriber of a fan-out: its own queue and dead letters, and the workload that gets the events."""

from __future__ import annotations

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.compute.compute import Workload
from mach_constructs.events.dead_letters import dead_letter_queue
from mach_constructs.events.delivery import Delivery
from mach_constructs.events.fanout import Fanout
from mach_constructs.events.filter_policy import FilterPolicy, require_filter_policy
from mach_constructs.events.subscription_queue import subscription_queue
from mach_constructs.observability.queue_alarms import backlog_alarm, dead_letter_alarm, depth_alarm


class FanoutSubscription(Construct):
    """Delivers the events of a fan-out that a filter lets through, at least once: topic → queue → workload.

    The messages are events as EventBridge delivers them (raw message delivery), so a handler that is subscribed to the
    mesh needs no change. The workload answers with a partial batch response. After its attempts, or when SNS cannot
    reach the queue, an event goes to the dead-letter queue, where it stays 14 days and sounds an alarm. Everything is
    created in the listener's own scope.

    Args:
        scope: Parent construct.
        id: Construct id.
        fanout: Where the events come from.
        workload: Who gets them, such as `service.workloads["events.handler"]`.
        where: Which events, by their content (an SNS filter policy on the event's JSON, from its root); all of them by
            default. A change takes up to 15 minutes to reach all of SNS.
        delivery: How the queue hands them over; it cannot be ordered.

    Raises:
        ValueError: SNS would refuse the filter.

    Example:
        FanoutSubscription(
            self,
            "GermanOrders",
            fanout=fanout,
            workload=service.workloads["events.handler"],
            where={"detail": {"data": {"country": ["DE", "AT", "CH"]}}},
        )
    """

    queue: sqs.Queue
    """Events that wait."""
    dead_letters: sqs.Queue
    """Events that could not be delivered or processed."""
    subscription: sns.CfnSubscription
    """What fills the queue."""
    source: lambda_.EventSourceMapping | None
    """What hands events to the workload; None where it polls the queue itself."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Alarms on the dead-letter queue, and on age and number of waiting events."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        fanout: Fanout,
        workload: Workload,
        where: FilterPolicy | None = None,
        delivery: Delivery | None = None,
    ) -> None:
        if where is not None:
            require_filter_policy("where", where)
        delivery = delivery or Delivery()
        if delivery.ordered:
            raise ValueError("delivery must not be ordered, since a topic feeds no FIFO queue, got ordered=True")
        super().__init__(scope, id)
        self.dead_letters = dead_letter_queue(self)
        self.queue = subscription_queue(
            self, delivery=delivery, timeout=workload.timeout, dead_letters=self.dead_letters
        )
        self.subscription = subscribe(
            self,
            fanout=fanout,
            protocol=sns.SubscriptionProtocol.SQS,
            endpoint=self.queue.queue_arn,
            where=where,
            dead_letters=self.dead_letters,
        )
        allow_topic(self.queue, fanout.topic)
        self.source = workload.consume(self, self.queue, delivery)
        self.alarms = (
            dead_letter_alarm(self, self.dead_letters),
            backlog_alarm(self, self.queue, oldest=delivery.oldest),
            depth_alarm(self, self.queue, deepest=delivery.deepest),
        )


def subscribe(
    scope: Construct,
    *,
    fanout: Fanout,
    protocol: sns.SubscriptionProtocol,
    endpoint: str,
    where: FilterPolicy | None,
    dead_letters: sqs.Queue,
) -> sns.CfnSubscription:
    """Create a subscription with raw messages where the protocol has them.

    Args:
        scope: Parent construct; the subscription is its child "Subscription".
        fanout: Whose events.
        protocol: How they are delivered.
        endpoint: Where to.
        where: Which events; None for all.
        dead_letters: Where those go that cannot be delivered; SNS is allowed to send there.

    Returns:
        The subscription.
    """
    allow_topic(dead_letters, fanout.topic)
    return sns.CfnSubscription(
        scope,
        "Subscription",
        topic_arn=fanout.topic.topic_arn,
        protocol=protocol.value.lower().replace("_", "-"),
        endpoint=endpoint,
        raw_message_delivery=None if protocol is sns.SubscriptionProtocol.EMAIL_JSON else True,
        filter_policy=where,
        filter_policy_scope=None if where is None else "MessageBody",
        redrive_policy={"deadLetterTargetArn": dead_letters.queue_arn},
    )


def allow_topic(queue: sqs.IQueue, topic: sns.ITopic) -> None:
    """Let one topic send to a queue.

    Args:
        queue: The queue; an imported one has to allow it itself.
        topic: The topic.
    """
    queue.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal("sns.amazonaws.com")],
            actions=["sqs:SendMessage"],
            resources=[queue.queue_arn],
            conditions={"ArnEquals": {"aws:SourceArn": topic.topic_arn}},
        )
    )
