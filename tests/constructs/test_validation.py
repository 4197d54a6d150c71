"""Numbers that are none: Python has them, neither JSON nor AWS does, and the CDK's kernel dies of one."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from aws_cdk import Stack, Token

from mach_constructs import (
    Capacity,
    CostBudget,
    Delivery,
    EventDefinition,
    FargateCompute,
    FunctionOptions,
    LambdaCompute,
    OnDemand,
    Retry,
    ServiceLevelObjective,
    SpotMix,
    Throttle,
    TraceSampling,
    Tracing,
    WebScaling,
)
from mach_constructs.events.filter_policy import require_filter_policy
from mach_constructs.validation import require_at_least, require_between, require_finite

ORDERS = Path(__file__).parent / "fixtures/orders"
Make = Callable[[Stack, float], object]


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    ("argument", "make"),
    [
        ("memory", lambda _, number: LambdaCompute(ORDERS, memory=number)),
        ("memory", lambda _, number: FunctionOptions(memory=number)),
        ("provisioned_concurrency", lambda _, number: FunctionOptions(provisioned_concurrency=number)),
        ("cpu", lambda _, number: FargateCompute(ORDERS, cpu=number)),
        ("memory", lambda _, number: FargateCompute(ORDERS, memory=number)),
        ("concurrency", lambda _, number: FargateCompute(ORDERS, concurrency=number)),
        ("min_tasks", lambda _, number: WebScaling(min_tasks=number)),
        ("base", lambda _, number: SpotMix(base=number)),
        ("max_reads", lambda _, number: OnDemand(max_reads=number)),
        ("minimum", lambda _, number: Capacity(number, 5)),
        ("maximum", lambda _, number: Capacity(5, number)),
        ("seed", lambda _, number: Capacity(5, 5, seed=number)),
        ("requests_per_second", lambda _, number: Throttle(requests_per_second=number, burst=1)),
        ("burst", lambda _, number: Throttle(requests_per_second=1, burst=number)),
        ("batch_size", lambda _, number: Delivery(batch_size=number)),
        ("version", lambda _, number: EventDefinition(source="shop", detail_type="Placed", version=number)),
        ("backoff", lambda _, number: Retry(backoff=number)),
        ("availability", lambda _, number: ServiceLevelObjective(availability=number)),
        ("latency_percentile", lambda _, number: ServiceLevelObjective(latency_percentile=number)),
        ("sampled", lambda _, number: Tracing(sampled=number)),
        ("rate", lambda _, number: TraceSampling(rate=number)),
        ("reservoir", lambda _, number: TraceSampling(reservoir=number)),
        (
            "monthly_usd",
            lambda stack, number: CostBudget(
                stack, "Costs", tags={"a": "b"}, monthly_usd=number, anomaly_usd=1, emails=["a@b.example"]
            ),
        ),
        ("where", lambda _, number: require_filter_policy("where", {"total": [{"anything-but": [number]}]})),
    ],
)
def test_a_number_that_is_none_is_refused_by_its_name(stack: Stack, argument: str, make: Make, number: float) -> None:
    with pytest.raises(ValueError, match=rf"{argument}.* (must|have) .*got .*{number}"):
        make(stack, number)
    assert not Token.is_unresolved(1), "the kernel lives"


@pytest.mark.parametrize("number", [1.5, 0.999])
def test_a_part_of_something_that_is_counted_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match=f"tasks must be a whole number, got {number}"):
        require_between("tasks", number, 0, 2)
    with pytest.raises(ValueError, match=f"tasks must be a whole number, got {number}"):
        require_at_least("tasks", number, 0)


def test_a_number_that_is_known_only_at_deployment_passes() -> None:
    number = Token.as_number({"Ref": "Tasks"})
    require_finite("tasks", number)
    require_between("tasks", number, 1, 2)
    require_at_least("tasks", number, 1)


def test_bounds_belong_to_the_range() -> None:
    require_between("tasks", 1, 1, 2)
    require_between("tasks", 2, 1, 2)
    require_at_least("tasks", 1, 1)
    with pytest.raises(ValueError, match="tasks must be between 1 and 2 units, got 3"):
        require_between("tasks", 3, 1, 2, unit="units")
    with pytest.raises(ValueError, match="tasks must be at least 1, got 0"):
        require_at_least("tasks", 0, 1)
