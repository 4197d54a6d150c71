"""A function that reads a stream, and what becomes of records that it cannot process."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.events.dead_letters import dead_letter_queue
from mach_constructs.observability.alarms import alarm_on
from mach_constructs.observability.queue_alarms import dead_letter_alarm
from mach_constructs.regions import require_region
from mach_constructs.validation import require_between, require_duration_between

_ACTIONS = (
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
)


@dataclass(frozen=True, kw_only=True)
class StreamReading:
    """How Lambda hands a stream's records to a function.

    Limits: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html

    Attributes:
        batch_size: Most records an invocation gets, 1 to 10000.
        window: How long to wait for a batch to fill, 0 s to 5 min.
        parallelization: Batches of a shard at once, 1 to 10; records of one partition key keep their order.
        retries: Retries of a failed batch, which is halved each time, 0 to 10000.
        oldest: Age of a record at which it is given up, 60 s to 7 d.
        late: Age of the last record read that sounds the alarm.
        from_beginning: Whether it starts with the oldest record of the stream or with the next one.

    Raises:
        ValueError: A number is out of range.

    Example:
        StreamReading(batch_size=500, window=Duration.seconds(5), parallelization=4)
    """

    batch_size: int = 100
    window: Duration = Duration.seconds(0)  # noqa: RUF009 (a Duration is immutable)
    parallelization: int = 1
    retries: int = 10
    oldest: Duration = Duration.hours(23)  # noqa: RUF009
    late: Duration = Duration.minutes(5)  # noqa: RUF009
    from_beginning: bool = True

    def __post_init__(self) -> None:
        require_between("batch_size", self.batch_size, 1, 10_000)
        require_duration_between("window", self.window, Duration.seconds(0), Duration.minutes(5))
        require_between("parallelization", self.parallelization, 1, 10)
        require_between("retries", self.retries, 0, 10_000)
        require_duration_between("oldest", self.oldest, Duration.seconds(60), Duration.days(7))
        require_duration_between("late", self.late, Duration.seconds(60), Duration.days(365))


class StreamConsumer(Construct):
    """Hands records of a stream to a function, shard by shard in order, at least once.

    A batch that fails is halved until the record that is at fault stands alone; after its retries a note of it (stream,
    shard and sequence numbers, not the record) goes to the dead-letter queue, which sounds an alarm, and the others go
    on. The function may name the first record that failed (`ReportBatchItemFailures`), or raise.

    Args:
        scope: Parent construct.
        id: Construct id.
        stream: What is read, such as `target.stream`.
        function: Who gets the records, such as `part.function` of a `ServiceFunction`.
        reading: How they are handed over.

    Raises:
        ValueError: The function has no role that could be allowed to read, or it or the stream is in another region.

    Example:
        StreamConsumer(self, "Projection", stream=target.stream, function=projection.function)
    """

    source: lambda_.EventSourceMapping
    """What hands the records over."""
    dead_letters: sqs.Queue
    """Notes of the records that could not be processed."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Alarms on the dead-letter queue and on the age of what is read."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stream: kinesis.IStream,
        function: lambda_.IFunction,
        reading: StreamReading | None = None,
    ) -> None:
        if function.role is None:
            raise ValueError(f"function must have a role that can be allowed to read, {function.node.path} has none")
        require_region("stream", stream, scope)
        require_region("function", function, scope)
        super().__init__(scope, id)
        reading = reading or StreamReading()
        self.dead_letters = dead_letter_queue(self)
        _grant_read(stream, function.role)
        self.source = lambda_.EventSourceMapping(
            self,
            "Source",
            target=function,
            event_source_arn=stream.stream_arn,
            starting_position=(
                lambda_.StartingPosition.TRIM_HORIZON if reading.from_beginning else lambda_.StartingPosition.LATEST
            ),
            batch_size=reading.batch_size,
            max_batching_window=reading.window if reading.window.to_seconds() else None,
            parallelization_factor=reading.parallelization,
            bisect_batch_on_error=True,
            retry_attempts=reading.retries,
            max_record_age=reading.oldest,
            report_batch_item_failures=True,
            on_failure=event_sources.SqsDlq(self.dead_letters),
        )
        self.alarms = (
            dead_letter_alarm(self, self.dead_letters),
            alarm_on(
                self,
                "LagAlarm",
                metric=function.metric("IteratorAge", period=Duration.minutes(1), statistic="Maximum"),
                threshold=reading.late.to_milliseconds(),
                periods=3,
                description="Records are read late: the function fails or cannot keep up. Read its log group.",
            ),
        )


def _grant_read(stream: kinesis.IStream, role: iam.IRole) -> None:
    # CDK's own grant also allows ListStreams, SubscribeToShard and DescribeStreamConsumer, which Lambda needs only for
    # enhanced fan-out: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
    iam.Grant.add_to_principal(grantee=role, actions=list(_ACTIONS), resource_arns=[stream.stream_arn]).assert_success()
    if stream.encryption_key is not None:
        iam.Grant.add_to_principal_or_resource(
            grantee=role,
            actions=["kms:Decrypt"],
            resource_arns=[stream.encryption_key.key_arn],
            resource=stream.encryption_key,
        ).assert_success()
