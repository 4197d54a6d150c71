"""The transactional outbox: a table's stream, a relay function, a bus."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.compute.lambda_compute import LambdaCompute
from mach_constructs.compute.service_function import ServiceFunction
from mach_constructs.events.dead_letters import dead_letter_queue
from mach_constructs.events.event_mesh import EventMesh, bus_of
from mach_constructs.microservice_checks import require_names
from mach_constructs.observability.alarms import stream_lag_alarm
from mach_constructs.observability.queue_alarms import dead_letter_alarm
from mach_constructs.regions import require_region, require_region_of_arn
from mach_constructs.stores.table_stream import grant_stream, require_new_images

_CODE = Path(__file__).parent / "outbox_relay"
_TIMEOUT = Duration.seconds(15)
# A stream forgets after 24 hours; an hour before, what is still unpublished is reported instead of lost in silence.
_OLDEST_RECORD = Duration.hours(23)
_LATE = Duration.minutes(5)


class OutboxRelay(Construct):
    """Publishes the items that a service adds to its outbox, at least once.

    Nothing is said about order: a listener compares versions, which the events carry.

    An outbox item is any new item of the table with a string attribute `outbox_event`: JSON with `source`,
    `detail_type`, `time` (RFC 3339), `detail` (an object) and perhaps `trace_header`. Written in one transaction with
    the state it tells of, it is published if and only if that state is.

    The relay retries for 23 hours, halving batches that fail. An item that EventBridge will never accept (malformed or
    over 256 KiB) goes to the dead-letter queue whole and does not hold up the others; batches older than 23 hours are
    reported there too. Alarms sound on the first dead letter and when publishing lags five minutes.

    Args:
        scope: Parent construct.
        id: Construct id.
        table: Table with a stream of new images.
        mesh: Where the events go; the relay may publish on this bus only.
        service_name: The publishing service, for logs; at most 128 characters.
        log_level: Least level that the relay logs: DEBUG, INFO, WARNING, ERROR or CRITICAL.
        encryption_key: The table's own key, where the table does not know it.

    Raises:
        ValueError: The name could not be a tag's value, the level is none of the five, or the table has no stream of
            new images or was imported without the ARN of its stream.

    Example:
        OutboxRelay(self, "OutboxRelay", table=table, mesh=mesh, service_name="orders")
    """

    relay: ServiceFunction
    """The function that publishes."""
    dead_letters: sqs.Queue
    """What could not be published."""
    source: lambda_.EventSourceMapping
    """What hands the stream to the function."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Alarms on errors, throttles, dead letters and lag."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        table: dynamodb.ITable,
        mesh: EventMesh | events.IEventBus,
        service_name: str,
        log_level: str = "INFO",
        encryption_key: kms.IKey | None = None,
    ) -> None:
        require_names(service_name, log_level)
        require_region_of_arn("table", table.table_arn, scope)
        require_region("mesh", bus_of(mesh), scope)
        stream_arn = require_new_images(table)
        super().__init__(scope, id)
        self.dead_letters = dead_letter_queue(self)
        self.relay = ServiceFunction(
            self,
            "Relay",
            compute=LambdaCompute(_CODE, memory=256),
            handler="handler.handler",
            description=f"Publishes the events of {service_name}",
            default_timeout=_TIMEOUT,
            environment={
                "SERVICE_NAME": service_name,
                "LOG_LEVEL": log_level,
                "EVENT_BUS_NAME": bus_of(mesh).event_bus_name,
                "DEAD_LETTER_QUEUE_URL": self.dead_letters.queue_url,
            },
        )
        self._grant(table, mesh, encryption_key)
        self.source = self._read(stream_arn)
        lag = stream_lag_alarm(
            self,
            "LagAlarm",
            self.relay.function,
            oldest=_LATE,
            description="Events reach the bus late: the relay fails or cannot keep up. Read its log group.",
        )
        self.alarms = (*self.relay.alarms, dead_letter_alarm(self, self.dead_letters), lag)

    def _grant(
        self, table: dynamodb.ITable, mesh: EventMesh | events.IEventBus, encryption_key: kms.IKey | None
    ) -> None:
        role = self.relay.role
        grant_stream(table, role, encryption_key=encryption_key).assert_success()
        iam.Grant.add_to_principal(
            grantee=role, actions=["events:PutEvents"], resource_arns=[bus_of(mesh).event_bus_arn]
        ).assert_success()

    def _read(self, stream_arn: str) -> lambda_.EventSourceMapping:
        source = lambda_.EventSourceMapping(
            self,
            "Source",
            target=self.relay.function,
            event_source_arn=stream_arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=100,
            bisect_batch_on_error=True,
            max_record_age=_OLDEST_RECORD,
            on_failure=event_sources.SqsDlq(self.dead_letters),
            filters=[
                lambda_.FilterCriteria.filter(
                    {
                        "eventName": lambda_.FilterRule.is_equal("INSERT"),
                        "dynamodb": {"NewImage": {"outbox_event": {"S": lambda_.FilterRule.exists()}}},
                    }
                )
            ],
        )
        # Lambda checks these permissions when it creates the mapping.
        source.node.add_dependency(self.relay.role)
        return source
