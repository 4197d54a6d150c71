"""How a new version of a function takes over: all at once, or step by step, with a way back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from aws_cdk import Duration
from aws_cdk import aws_codedeploy as codedeploy
from constructs import Construct

from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import require_between, require_duration_between

# From the first shift of traffic to the last: https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html
_LONGEST_MINUTES = 48 * 60


class Shift(Enum):
    """The shape in which traffic moves to a new version."""

    CANARY = "canary"
    """A share first, and after a while all the rest."""

    LINEAR = "linear"
    """The same share again and again."""


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """A gradual deployment by CodeDeploy, which goes back by itself when an alarm of the service sounds.

    Each function gets an alias, which routes and queues use, and a deployment group. CodeDeploy for Lambda is free;
    a deployment takes as long as the traffic takes to move.

    Attributes:
        percent: Share of the traffic that moves in one step, 1 to 99.
        every: How long a step is watched, in whole minutes, 1 min to 2 days; all steps together take 2 days at most.
        shift: One step and then the rest, or one step after the other.

    Raises:
        ValueError: A number is out of range, or linear steps take more than 48 hours.

    Example:
        LambdaCompute("lambdas/catalog", rollout=Rollout(percent=10, every=Duration.minutes(5)))
    """

    percent: int = 10
    every: Duration = Duration.minutes(5)  # noqa: RUF009 (a Duration is immutable)
    shift: Shift = Shift.CANARY

    def __post_init__(self) -> None:
        require_between("percent", self.percent, 1, 99)
        require_duration_between("every", self.every, Duration.minutes(1), Duration.days(2))
        if not self.every.is_unresolved() and int(self.every.to_seconds()) % 60:
            raise ValueError(f"every must be a whole number of minutes, got {int(self.every.to_seconds())} seconds")
        self._require_end()

    def _require_end(self) -> None:
        if self.shift is Shift.CANARY or self.every.is_unresolved() or is_unresolved(self.percent):
            return
        pauses = math.ceil(100 / self.percent) - 1
        minutes, longest = int(self.every.to_minutes()), _LONGEST_MINUTES // pauses
        if minutes > longest:
            raise ValueError(
                f"every must be at most {longest} minutes with steps of {self.percent} percent, since all traffic must "
                f"have moved within {_LONGEST_MINUTES // 60} hours, got {minutes}"
            )

    def configuration(self, scope: Construct) -> codedeploy.ILambdaDeploymentConfig:
        """Give the deployment configuration, created once a scope.

        Args:
            scope: Parent construct; the configuration is its child "RolloutConfiguration".

        Returns:
            The configuration.
        """
        existing = scope.node.try_find_child("RolloutConfiguration")
        if isinstance(existing, codedeploy.LambdaDeploymentConfig):
            return existing
        routing = (
            codedeploy.TrafficRouting.time_based_canary
            if self.shift is Shift.CANARY
            else codedeploy.TrafficRouting.time_based_linear
        )
        return codedeploy.LambdaDeploymentConfig(
            scope, "RolloutConfiguration", traffic_routing=routing(percentage=self.percent, interval=self.every)
        )
