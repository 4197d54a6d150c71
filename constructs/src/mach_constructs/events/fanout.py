"""Events of a mesh, copied by a topic to every subscriber that wants them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.events.dead_letters import dead_letter_queue
from mach_constructs.events.event_contract import Event
from mach_constructs.events.event_mesh import EventMesh
from mach_constructs.events.mesh_rules import Redelivery, add_rules, require_events, target_role
from mach_constructs.observability.alarms import alarm_on
from mach_constructs.observability.queue_alarms import dead_letter_alarm
from mach_constructs.regions import require_region

_FIVE_MINUTES = Duration.minutes(5)


class Fanout(Construct):
    """Sends events of a mesh to an SNS topic, from which any number of subscribers take what their filters let through.

    A bus has 300 rules of its own; a topic has 12.5 million subscriptions, and 200 filter policies. So a fan-out is for
    many listeners of the same events, partners and tenants for instance; a few services subscribe to the mesh itself.

    Creates a rule an event, a topic that accepts TLS only and encrypts with a key of its own, a dead-letter queue for
    what EventBridge could not publish, and alarms. EventBridge cannot use the key that AWS manages for SNS, whose
    policy nobody can edit (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html); a key of its own costs
    about one US dollar a month.

    Args:
        scope: Parent construct.
        id: Construct id.
        mesh: Where the events come from.
        events: Which ones, by source, detail type and version; at least one.
        encryption_key: A key of your own instead of a new one.
        existing: A topic to publish to, instead of a new one. Give its key as `encryption_key` if it has one.
        redelivery: How long publishing is tried.

    Raises:
        ValueError: There is no event, one is incomplete or stands there twice, or the topic is FIFO, to which a rule
            cannot publish.

    Example:
        fanout = Fanout(self, "Orders", mesh=mesh, events=[OrderPlaced, OrderCancelled])
        FanoutSubscription(
            self,
            "LargeOrders",
            fanout=fanout,
            workload=service.workloads["large_orders.handler"],
            where={"detail": {"data": {"total": {"amount": [{"numeric": [">=", 100_000]}]}}}},
        )
    """

    topic: sns.ITopic
    """The topic; its messages are events as EventBridge delivers them, as JSON."""
    key: kms.IKey | None
    """What encrypts the topic; None for an existing topic whose key was not given."""
    role: iam.Role
    """What EventBridge publishes as."""
    rules: Mapping[str, events.Rule]
    """A rule for each event, by detail type and version ("OrderPlacedV1")."""
    dead_letters: sqs.Queue
    """Events that could not be published."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Alarms on the dead-letter queue and on messages that subscribers did not get."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        mesh: EventMesh | events.IEventBus,
        events: Sequence[Event],
        encryption_key: kms.IKey | None = None,
        existing: sns.ITopic | None = None,
        redelivery: Redelivery | None = None,
    ) -> None:
        require_events(events)
        if existing is not None and existing.fifo:
            raise ValueError(
                f"existing must be a standard topic, since rules cannot publish to FIFO ones, got {existing.node.path}"
            )
        require_region("existing", existing, scope)
        require_region("encryption_key", encryption_key, scope)
        super().__init__(scope, id)
        self.key = encryption_key
        self.topic = existing or self._create_topic(encryption_key)
        self.role = target_role(self)
        self._grant_publish()
        self.dead_letters = dead_letter_queue(self)
        self.rules = add_rules(
            self,
            mesh=mesh,
            contracts=events,
            target=_target(self.topic, self.role, self.dead_letters, redelivery or Redelivery()),
            dead_letters=self.dead_letters,
        )
        self.alarms = (dead_letter_alarm(self, self.dead_letters), self._undelivered_alarm())

    def _create_topic(self, key: kms.IKey | None) -> sns.Topic:
        self.key = key or kms.Key(self, "Key", description="Events of a fan-out", enable_key_rotation=True)
        return sns.Topic(self, "Topic", master_key=self.key, enforce_ssl=True)

    def _grant_publish(self) -> None:
        # CDK's own grant allows kms:GenerateDataKey* and the key for every service.
        iam.Grant.add_to_principal(
            grantee=self.role, actions=["sns:Publish"], resource_arns=[self.topic.topic_arn]
        ).assert_success()
        if self.key is not None:
            stack = Stack.of(self)
            iam.Grant.add_to_principal_or_resource(
                grantee=self.role,
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resource_arns=[self.key.key_arn],
                resource=self.key,
                conditions={"StringEquals": {"kms:ViaService": f"sns.{stack.region}.{stack.url_suffix}"}},
            ).assert_success()

    def _undelivered_alarm(self) -> cloudwatch.Alarm:
        return alarm_on(
            self,
            "UndeliveredAlarm",
            metric=self.topic.metric_number_of_notifications_failed(period=_FIVE_MINUTES, statistic="Sum"),
            threshold=1,
            description="A subscriber could not be reached. Its dead-letter queue has the events, if it has one.",
        )


def _target(
    topic: sns.ITopic, role: iam.IRole, dead_letters: sqs.Queue, redelivery: Redelivery
) -> events.RuleTargetConfig:
    return events.RuleTargetConfig(
        arn=topic.topic_arn,
        role=role,
        target_resource=topic,
        dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=dead_letters.queue_arn),
        retry_policy=redelivery.policy,
    )
