"""How a queue hands events to its consumer."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration

from mach_constructs.validation import require_between, require_duration_between

_LARGEST_BATCH_WITHOUT_WINDOW = 10


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How a queue hands events to its consumer.

    Attributes:
        batch_size: Most events an invocation gets, 1 to 10000; above 10 needs a window.
        window: How long to wait for a batch to fill, 0 s to 5 min.
        max_concurrency: Most invocations at once, 2 to 1000.
        attempts: Deliveries of an event before it goes to the dead-letter queue, 1 to 1000.
        oldest: Age of a waiting event that sounds the backlog alarm.

    Raises:
        ValueError: A number is out of range.
    """

    batch_size: int = 10
    window: Duration = Duration.seconds(0)  # noqa: RUF009 (a Duration is immutable)
    max_concurrency: int = 10
    attempts: int = 5
    oldest: Duration = Duration.minutes(5)  # noqa: RUF009

    def __post_init__(self) -> None:
        require_between("batch_size", self.batch_size, 1, 10_000)
        require_duration_between("window", self.window, Duration.seconds(0), Duration.minutes(5))
        require_between("max_concurrency", self.max_concurrency, 2, 1_000)
        require_between("attempts", self.attempts, 1, 1_000)
        require_duration_between("oldest", self.oldest, Duration.minutes(1), Duration.days(14))
        if self.batch_size > _LARGEST_BATCH_WITHOUT_WINDOW and not self.window.to_milliseconds(integral=False):
            raise ValueError(
                f"batch_size above {_LARGEST_BATCH_WITHOUT_WINDOW} needs a window of at least 1 second, "
                f"got batch_size {self.batch_size}"
            )
