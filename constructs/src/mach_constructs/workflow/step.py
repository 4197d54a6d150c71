"""One step of a saga."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from aws_cdk import Duration

from mach_constructs.validation import require_duration_between
from mach_constructs.workflow.retry import ANY_ERROR, Retry

# A state's name has 80 characters at most, and a compensation is called "Undo …".
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
_LONGEST_NAME = 75
# An execution lives for a year at most.
_LONGEST_CALLBACK = Duration.days(365)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def _patient() -> Retry:
    return Retry(
        errors=[ANY_ERROR], retries=6, pause=Duration.seconds(2), backoff=2.0, longest_pause=Duration.minutes(1)
    )


@dataclass(frozen=True)
class Step:
    """A handler that does something, and one that undoes it when a later step fails.

    The handler is invoked with `step`, `execution` (the name of this run), `idempotency_key` (the same for every
    attempt), `retries` (how many there were so far), `input` and `results` (what each earlier step returned, by its
    name); what it returns becomes `results[name]`. The compensation gets the same with a key of its own, and `failure`
    (`Error` and `Cause`). Either may be invoked twice, so both must make repetition harmless.

    A step with a `callback_timeout` also gets a `task_token`. It ends when the handler itself, or one that
    `workflow.grant_callback` allows, sends success or failure for that token (`SendTaskSuccess`, `SendTaskFailure`);
    what is sent becomes its result.

    Attributes:
        name: Letters, digits and underscores, 75 characters at most.
        handler: Module and function within the service's folder, such as "reserve.handler".
        compensation: Who undoes it, such as "release.handler"; None when there is nothing to undo. It must accept that
            there is nothing to undo yet: it also runs when its own step ended without an answer (timeout, crash).
        refusals: Errors by which the handler says that it did nothing; after any other its own compensation runs first.
            None when every error that it raises says so, and only one that gave no answer (timeout, crash) may have had
            its effect. A handler that asks others by the network knows what they did only if they answered: name the
            class it raises when they said no.
        retry: When to try again; several rules are looked at in order.
        compensation_retry: The same for the compensation; by default after any error, six times within two minutes.
        timeout: How long one attempt may take, 1 s to 15 min; by default what the service's functions have, 1 min.
        callback_timeout: How long to wait for the callback, the handler's own run included, up to a year; None when the
            step ends with its handler. A wait costs nothing. Who is still not called back fails as one that timed out:
            the step's own compensation runs first.

    Raises:
        ValueError: The name is malformed, a rule for any error is not the last one, refusals are none or without a
            compensation, or a timeout is out of range.

    Example:
        Step("reserve", handler="reserve.handler", compensation="release.handler", retry=Retry(errors=[StockBusy]))
    """

    name: str
    _: KW_ONLY
    handler: str
    compensation: str | None = None
    refusals: Sequence[str | type[BaseException]] | None = None
    retry: Retry | Sequence[Retry] = Retry()  # noqa: RUF009 (a Retry is immutable)
    compensation_retry: Retry | Sequence[Retry] = _patient()  # noqa: RUF009
    timeout: Duration | None = None
    callback_timeout: Duration | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"name of a step must be letters, digits and underscores, got {self.name!r}")
        if len(self.name) > _LONGEST_NAME:
            raise ValueError(f"name of a step must be at most {_LONGEST_NAME} characters, got {len(self.name)}")
        for argument, rules in (("retry", self.retries), ("compensation_retry", self.compensation_retries)):
            if any(ANY_ERROR in rule.names for rule in rules[:-1]):
                raise ValueError(f"{argument} of step {self.name!r} must have its rule for {ANY_ERROR} last")
        if self.refusals is not None:
            self._check_refusals(self.refusals)
        if self.timeout is not None:
            require_duration_between(
                f"timeout of step {self.name!r}", self.timeout, Duration.seconds(1), Duration.minutes(15)
            )
        if self.callback_timeout is not None:
            require_duration_between(
                f"callback_timeout of step {self.name!r}", self.callback_timeout, Duration.minutes(1), _LONGEST_CALLBACK
            )

    def _check_refusals(self, refusals: Sequence[str | type[BaseException]]) -> None:
        if isinstance(refusals, str) or not refusals or ANY_ERROR in refusals:
            raise ValueError(
                f"refusals of step {self.name!r} must be a sequence of at least one class or name, not {ANY_ERROR}, "
                f"got {refusals!r}"
            )
        if self.compensation is None:
            raise ValueError(f"refusals of step {self.name!r} need a compensation that they rule out, got none")

    @property
    def refusal_names(self) -> tuple[str, ...]:
        """The refusals by name, as Step Functions knows them."""
        return tuple(error if isinstance(error, str) else error.__name__ for error in self.refusals or ())

    @property
    def retries(self) -> tuple[Retry, ...]:
        """The rules of the step."""
        return (self.retry,) if isinstance(self.retry, Retry) else tuple(self.retry)

    @property
    def compensation_retries(self) -> tuple[Retry, ...]:
        """The rules of its compensation."""
        rules = self.compensation_retry
        return (rules,) if isinstance(rules, Retry) else tuple(rules)
