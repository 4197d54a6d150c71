"""Events of a mesh, in a stream that keeps them in order and lets many read them again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.events.dead_letters import dead_letter_queue
from mach_constructs.events.event_contract import Event
from mach_constructs.events.event_mesh import EventMesh
from mach_constructs.events.mesh_rules import Redelivery, add_rules, require_events, target_role
from mach_constructs.observability.alarms import alarm_on
from mach_constructs.observability.queue_alarms import dead_letter_alarm
from mach_constructs.regions import require_region
from mach_constructs.validation import require_between, require_duration_between

_FIVE_MINUTES = Duration.minutes(5)
# https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html
_SHORTEST_RETENTION, _LONGEST_RETENTION = Duration.hours(24), Duration.days(365)
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_KinesisParameters.html, less "$."
_LONGEST_KEY_PATH = 254
_KEY_PATH = re.compile(r"[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*")


class StreamTarget(Construct):
    """Copies events of a mesh to a Kinesis data stream, for readers that want them in order or all over again.

    Events with the same partition key keep their order within the stream, as far as the publisher kept it: a bus itself
    promises no order. Creates an encrypted stream that is kept when its stack is deleted, a rule an event, a
    role that may put records into this stream only, a dead-letter queue, and alarms. An on-demand stream costs by
    the hour (about 30 US dollars a month) and by GB; a provisioned one by the shard hour.

    Args:
        scope: Parent construct.
        id: Construct id.
        mesh: Where the events come from.
        events: Which ones, by source, detail type and version; at least one.
        partition_key: Where in the event its partition key is, such as "detail.data.id"; by default the event's id,
            which spreads the load and keeps no order.
        shards: Shards of a provisioned stream, 1 to 10000; None for an on-demand one.
        retention: How long records can be read, 24 h to 365 d in whole hours; beyond 24 h costs extra.
        existing: A stream to write to, instead of a new one. For one that was imported, give the key that encrypts it
            with it.
        redelivery: How long putting a record is tried.

    Raises:
        ValueError: There is no event, one is incomplete or stands there twice, a number is out of range, the partition
            key is no path, or arguments of a new stream come with an existing one.

    Example:
        StreamTarget(self, "Orders", mesh=mesh, events=[OrderPlaced], partition_key="detail.data.order_id")
    """

    stream: kinesis.IStream
    """The stream."""
    role: iam.Role
    """What EventBridge puts records as."""
    rules: Mapping[str, events.Rule]
    """A rule for each event, by detail type and version ("OrderPlacedV1")."""
    dead_letters: sqs.Queue
    """Events that did not get into the stream."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Alarms on the dead-letter queue, on refused writes and reads, and on readers that fall behind."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        mesh: EventMesh | events.IEventBus,
        events: Sequence[Event],
        partition_key: str | None = None,
        shards: int | None = None,
        retention: Duration | None = None,
        existing: kinesis.IStream | None = None,
        redelivery: Redelivery | None = None,
    ) -> None:
        require_events(events)
        _check(partition_key, shards, retention, existing)
        require_region("existing", existing, scope)
        super().__init__(scope, id)
        self.stream = existing or kinesis.Stream(
            self,
            "Stream",
            stream_mode=kinesis.StreamMode.ON_DEMAND if shards is None else kinesis.StreamMode.PROVISIONED,
            shard_count=shards,
            retention_period=retention or _SHORTEST_RETENTION,
            encryption=kinesis.StreamEncryption.MANAGED,
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.role = target_role(self)
        self._grant_put()
        self.dead_letters = dead_letter_queue(self)
        self.rules = add_rules(
            self,
            mesh=mesh,
            contracts=events,
            target=self._target(partition_key, redelivery or Redelivery()),
            dead_letters=self.dead_letters,
        )
        self.alarms = (
            dead_letter_alarm(self, self.dead_letters),
            *self._throttle_alarms(),
            self._unread_alarm(retention or _SHORTEST_RETENTION),
        )

    def _grant_put(self) -> None:
        iam.Grant.add_to_principal(
            grantee=self.role,
            actions=["kinesis:PutRecord", "kinesis:PutRecords"],
            resource_arns=[self.stream.stream_arn],
        ).assert_success()
        key = self.stream.encryption_key
        if key is not None:
            stack = Stack.of(self)
            iam.Grant.add_to_principal_or_resource(
                grantee=self.role,
                actions=["kms:GenerateDataKey"],
                resource_arns=[key.key_arn],
                resource=key,
                conditions={"StringEquals": {"kms:ViaService": f"kinesis.{stack.region}.{stack.url_suffix}"}},
            ).assert_success()

    def _target(self, partition_key: str | None, redelivery: Redelivery) -> events.RuleTargetConfig:
        return events.RuleTargetConfig(
            arn=self.stream.stream_arn,
            role=self.role,
            target_resource=self.stream,
            kinesis_parameters=(
                events.CfnRule.KinesisParametersProperty(partition_key_path=f"$.{partition_key}")
                if partition_key is not None
                else None
            ),
            dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=self.dead_letters.queue_arn),
            retry_policy=redelivery.policy,
        )

    def _throttle_alarms(self) -> tuple[cloudwatch.Alarm, ...]:
        return (
            alarm_on(
                self,
                "RefusedWritesAlarm",
                metric=self.stream.metric_write_provisioned_throughput_exceeded(period=_FIVE_MINUTES, statistic="Sum"),
                threshold=1,
                periods=3,
                description="Records were refused: a partition key is too hot, or the stream needs more shards.",
            ),
            alarm_on(
                self,
                "RefusedReadsAlarm",
                metric=self.stream.metric_read_provisioned_throughput_exceeded(period=_FIVE_MINUTES, statistic="Sum"),
                threshold=1,
                periods=3,
                description="Readers were refused: too many share the shards. Give one of them enhanced fan-out.",
            ),
        )

    def _unread_alarm(self, retention: Duration) -> cloudwatch.Alarm:
        return alarm_on(
            self,
            "UnreadAlarm",
            metric=self.stream.metric_get_records_iterator_age_milliseconds(period=_FIVE_MINUTES, statistic="Maximum"),
            threshold=retention.to_milliseconds() / 2,
            description="A reader is behind by half of what the stream keeps: records will be lost to it.",
        )


def _check(
    partition_key: str | None, shards: int | None, retention: Duration | None, existing: kinesis.IStream | None
) -> None:
    if partition_key is not None and not _KEY_PATH.fullmatch(partition_key):
        raise ValueError(f'partition_key must be a path such as "detail.data.id", got {partition_key!r}')
    if partition_key is not None and len(partition_key) > _LONGEST_KEY_PATH:
        raise ValueError(f"partition_key must have at most {_LONGEST_KEY_PATH} characters, got {len(partition_key)}")
    if shards is not None:
        require_between("shards", shards, 1, 10_000)
    if retention is not None:
        require_duration_between("retention", retention, _SHORTEST_RETENTION, _LONGEST_RETENTION)
        if not retention.is_unresolved() and int(retention.to_seconds()) % 3600:
            raise ValueError(f"retention must be in whole hours, got {int(retention.to_seconds())} seconds")
    if existing is not None and (shards is not None or retention is not None):
        raise ValueError("shards and retention must not be given with an existing stream, whose owner sets them")
