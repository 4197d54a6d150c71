"""A function as a state calls it, and how long that may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mach_constructs.workflow.retry import Retry
from mach_constructs.workflow.step import Step

# Lambda's timeout does not count up to 10 s of initialization; a task that gave up earlier would let the compensation
# overtake the step. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
_MARGIN_SECONDS = 15


@dataclass(frozen=True, kw_only=True)
class Callee:
    """A function as a state calls it.

    Attributes:
        arn: What is invoked.
        timeout_seconds: How long it may run.
    """

    arn: str
    timeout_seconds: int

    @property
    def patience_seconds(self) -> int:
        """How long the state waits for it."""
        return self.timeout_seconds + _MARGIN_SECONDS


def patience_of(step: Step, callee: Callee) -> int:
    """Give how many seconds one attempt of a step may take, its callback included.

    Args:
        step: The step.
        callee: Its handler's function.
    """
    if step.callback_timeout is None:
        return callee.patience_seconds
    return max(int(step.callback_timeout.to_seconds()), callee.patience_seconds)


def worst_of(rules: Sequence[Retry], patience_seconds: int) -> float:
    """Give how many seconds all attempts may take, and the pauses between them.

    Args:
        rules: When it is tried again.
        patience_seconds: How long one attempt may take.
    """
    attempts = 1 + sum(rule.retries for rule in rules)
    return attempts * patience_seconds + sum(rule.pauses_seconds for rule in rules)
