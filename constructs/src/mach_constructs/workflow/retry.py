"""When a failed step is tried again, and how patiently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration

from mach_constructs.validation import require_between, require_duration_between, require_finite

TRANSIENT = (
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
)
"""What Lambda itself may fail with for a moment; AWS advises to retry it
(https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception)."""

ANY_ERROR = "States.ALL"
"""Every error but States.DataLimitExceeded and States.Runtime, which end a workflow."""

# https://states-language.net/spec.html#errors and
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
_MOST = 99_999_999
_LONGEST_PAUSE_SECONDS = 31_622_399


@dataclass(frozen=True, kw_only=True)
class Retry:
    """Tries a step again after certain errors, with pauses that grow.

    Attributes:
        errors: Classes that the handler raises, or names of errors such as "States.Timeout"; `ANY_ERROR` alone for all.
            By default what Lambda itself may fail with for a moment.
        retries: How often after the first attempt, 0 to 99999999; 0 rules these errors out for the retries that follow.
        pause: Before the first retry, 1 s to 99999999 s.
        backoff: What each further pause is multiplied by, at least 1.
        longest_pause: Where growth ends, more than `pause` and less than 31622400 s.
        jitter: Whether a pause is anything between nothing and the computed length, so that those who failed together
            do not come back together.

    Raises:
        ValueError: There is no error, `ANY_ERROR` is not alone, or a number is out of range.

    Example:
        Retry(errors=[StockBusy, "States.Timeout"], retries=5, pause=Duration.seconds(2), backoff=1.5)
    """

    errors: Sequence[str | type[BaseException]] = TRANSIENT
    retries: int = 3
    pause: Duration = Duration.seconds(1)  # noqa: RUF009 (a Duration is immutable)
    backoff: float = 2.0
    longest_pause: Duration | None = None
    jitter: bool = True

    def __post_init__(self) -> None:
        if isinstance(self.errors, str):
            raise ValueError(f"errors must be a sequence of classes and names, got {self.errors!r}")
        if not self.names or not all(name.strip() for name in self.names):
            raise ValueError(f"errors must be at least one class or name, got {list(self.names)}")
        if ANY_ERROR in self.names and len(self.names) > 1:
            raise ValueError(f"errors must be {ANY_ERROR} alone or without it, got {', '.join(self.names)}")
        require_between("retries", self.retries, 0, _MOST)
        require_duration_between("pause", self.pause, Duration.seconds(1), Duration.seconds(_MOST))
        require_finite("backoff", self.backoff)
        if self.backoff < 1:
            raise ValueError(f"backoff must be at least 1, got {self.backoff}")
        if self.longest_pause is not None:
            least = Duration.seconds(int(self.pause.to_seconds()) + 1)
            require_duration_between(
                "longest_pause", self.longest_pause, least, Duration.seconds(_LONGEST_PAUSE_SECONDS)
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The errors by name; Lambda reports an exception by the name of its class."""
        return tuple(error if isinstance(error, str) else error.__name__ for error in self.errors)

    @property
    def pauses_seconds(self) -> float:
        """All pauses together when every retry is needed."""
        pause, longest = float(self.pause.to_seconds()), self.longest_pause
        total = 0.0
        for _ in range(min(self.retries, 1_000)):
            total += min(pause, longest.to_seconds()) if longest is not None else pause
            pause = min(pause * self.backoff, float(_LONGEST_PAUSE_SECONDS))
        return total

    @property
    def definition(self) -> dict[str, object]:
        """The same in the Amazon States Language."""
        definition: dict[str, object] = {
            "ErrorEquals": list(self.names),
            "IntervalSeconds": int(self.pause.to_seconds()),
            "MaxAttempts": self.retries,
            "BackoffRate": self.backoff,
            "JitterStrategy": "FULL" if self.jitter else "NONE",
        }
        if self.longest_pause is not None:
            definition["MaxDelaySeconds"] = int(self.longest_pause.to_seconds())
        return definition
