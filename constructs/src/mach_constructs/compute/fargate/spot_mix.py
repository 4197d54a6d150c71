"""How tasks are shared out between Fargate and Fargate Spot."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_ecs as ecs

from mach_constructs.validation import require_between

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
_MOST_BASE, _MOST_WEIGHT = 100_000, 1_000


@dataclass(frozen=True, kw_only=True)
class SpotMix:
    """Some tasks on Fargate Spot: up to 70 % cheaper, ended with two minutes' notice when AWS needs the capacity.

    An existing cluster must have both capacity providers, FARGATE and FARGATE_SPOT; of one of this app that is checked
    when it is synthesized.

    Attributes:
        base: Tasks that always run on Fargate, 0 to 100000.
        on_demand: Share of further tasks on Fargate, 0 to 1000.
        spot: Share of further tasks on Fargate Spot, 1 to 1000.

    Raises:
        ValueError: A number is out of range.

    Example:
        FargateCompute("lambdas/reviews", spot=SpotMix(base=2, spot=3, on_demand=1))
    """

    base: int = 1
    on_demand: int = 1
    spot: int = 1

    def __post_init__(self) -> None:
        require_between("base", self.base, 0, _MOST_BASE)
        require_between("on_demand", self.on_demand, 0, _MOST_WEIGHT)
        require_between("spot", self.spot, 1, _MOST_WEIGHT)

    @property
    def strategies(self) -> list[ecs.CapacityProviderStrategy]:
        """What the service asks of its cluster."""
        return [
            ecs.CapacityProviderStrategy(capacity_provider="FARGATE", base=self.base, weight=self.on_demand),
            ecs.CapacityProviderStrategy(capacity_provider="FARGATE_SPOT", weight=self.spot),
        ]
