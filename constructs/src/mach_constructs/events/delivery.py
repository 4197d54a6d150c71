"""How a queue hands events to its consumer."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration

from mach_constructs.validation import require_between, require_duration_between

_LARGEST_BATCH_WITHOUT_WINDOW = 10
_LONGEST_VISIBILITY = Duration.hours(12)
# AWS advises six times the function's timeout, so that a throttled batch is not delivered twice:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
_VISIBILITY_FACTOR = 6


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How a queue hands events to its consumer.

    Limits of batches and concurrency: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html

    Attributes:
        batch_size: Most events an invocation gets, 1 to 10000; above 10 needs a window.
        window: How long to wait for a batch to fill, 0 s to 5 min.
        max_concurrency: Most invocations at once, 2 to 1000.
        attempts: Deliveries of an event before it goes to the dead-letter queue, 1 to 1000.
        oldest: Age of a waiting event that sounds the backlog alarm; less than `retention`.
        deepest: Number of waiting events that sounds the depth alarm.
        retention: How long an event may wait, 1 hour to 13 days. The dead-letter queue keeps it until it is 14 days
            old, counted from when it was first sent.
        ordered: Whether events are handed over one batch after the other, in the order in which the queue got them: an
            SQS FIFO queue with one message group. EventBridge itself promises no order, and retries out of order, so a
            consumer still compares the versions that events carry. What EventBridge sends twice within 5 minutes is
            delivered once; what the publisher publishes twice is delivered twice. While an event fails, all others
            wait; after its attempts they go on without it. Such a queue takes no window and no batch above 10, takes
            up to 300 events a second and is read by one invocation at a time, whatever `max_concurrency` says.

    Raises:
        ValueError: A number is out of range, or two contradict each other.

    Example:
        Delivery(batch_size=100, window=Duration.seconds(5), max_concurrency=20)
    """

    batch_size: int = 10
    window: Duration = Duration.seconds(0)  # noqa: RUF009 (a Duration is immutable)
    max_concurrency: int = 10
    attempts: int = 5
    oldest: Duration = Duration.minutes(5)  # noqa: RUF009
    deepest: int = 10_000
    retention: Duration = Duration.days(7)  # noqa: RUF009
    ordered: bool = False

    def __post_init__(self) -> None:
        largest = _LARGEST_BATCH_WITHOUT_WINDOW
        require_between("batch_size", self.batch_size, 1, 10_000)
        require_duration_between("window", self.window, Duration.seconds(0), Duration.minutes(5))
        require_between("max_concurrency", self.max_concurrency, 2, 1_000)
        require_between("attempts", self.attempts, 1, 1_000)
        require_duration_between("oldest", self.oldest, Duration.minutes(1), Duration.days(14))
        require_between("deepest", self.deepest, 1, 10_000_000)
        require_duration_between("retention", self.retention, Duration.hours(1), Duration.days(13))
        if self.oldest.to_seconds() >= self.retention.to_seconds():
            raise ValueError(
                f"oldest must be less than the retention, {int(self.retention.to_seconds())} seconds, or the alarm "
                f"cannot sound, got {int(self.oldest.to_seconds())}"
            )
        if self.ordered and self.window.to_seconds():
            raise ValueError(
                "window must be 0 for an ordered delivery, since Lambda supports none on FIFO queues, got "
                f"{int(self.window.to_seconds())} seconds"
            )
        if self.ordered and self.batch_size > largest:
            raise ValueError(
                f"batch_size must be at most {largest} for an ordered delivery, Lambda's limit on FIFO queues, got "
                f"{self.batch_size}"
            )
        if self.batch_size > largest and not self.window.to_seconds():
            raise ValueError(
                f"batch_size above {largest} needs a window of at least 1 second, got batch_size {self.batch_size}"
            )

    def visibility_timeout(self, timeout: Duration) -> Duration:
        """Give how long a message is hidden while it is worked on: six times the consumer's timeout, and the window.

        Args:
            timeout: How long a batch may take.

        Returns:
            The queue's visibility timeout.

        Raises:
            ValueError: It is longer than the 12 hours that SQS allows, or events expire before their last attempt.
        """
        seconds = _VISIBILITY_FACTOR * int(timeout.to_seconds()) + int(self.window.to_seconds())
        if seconds > _LONGEST_VISIBILITY.to_seconds():
            raise ValueError(
                f"timeout of a consumer must be at most 2 hours, since its queue hides messages "
                f"{_VISIBILITY_FACTOR} times as long and SQS allows 12 hours, got {int(timeout.to_seconds())} seconds"
            )
        if self.attempts * seconds > self.retention.to_seconds():
            raise ValueError(
                f"attempts must fit into the retention, {int(self.retention.to_seconds())} seconds, or events expire "
                f"without a dead letter, got {self.attempts} attempts of up to {seconds} seconds"
            )
        return Duration.seconds(seconds)
