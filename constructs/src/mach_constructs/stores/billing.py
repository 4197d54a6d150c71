"""How a table's reads and writes are paid for, and what limits them."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from aws_cdk import aws_dynamodb as dynamodb

from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import require_at_least, require_between

# Targets that Application Auto Scaling takes for DynamoDB, in percent:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html
_LEAST_TARGET, _GREATEST_TARGET = 20, 90


@dataclass(frozen=True, kw_only=True)
class OnDemand:
    """Every request is paid for by itself; an idle table costs its storage only.

    Beyond a maximum, requests are throttled instead of billed: a brake for runaway costs.

    Example:
        ```python
        DynamoDbStore(partition_key="pk", billing=OnDemand(max_reads=4_000, max_writes=1_000))
        ```

    Attributes:
        max_reads: Most read request units a second, 1 or more; None leaves it to the account's quota.
        max_writes: Most write request units a second, 1 or more; None leaves it to the account's quota.

    Raises:
        ValueError: A maximum is less than 1.
    """

    max_reads: int | None = None
    max_writes: int | None = None

    def __post_init__(self) -> None:
        if self.max_reads is not None:
            require_at_least("max_reads", self.max_reads, 1)
        if self.max_writes is not None:
            require_at_least("max_writes", self.max_writes, 1)


@dataclass(frozen=True)
class Capacity:
    """Capacity units that follow the load between two bounds.

    Attributes:
        minimum: Units a second that are always paid for, 1 or more.
        maximum: Units a second beyond which requests are throttled, at least the minimum.
        target_utilization: Share of the capacity that shall be in use, 20 to 90 percent.
        seed: Units to begin with when an on-demand table becomes a provisioned one; CloudFormation asks for it then.

    Raises:
        ValueError: A number is out of range, or the maximum is under the minimum.
    """

    minimum: int
    maximum: int
    _: KW_ONLY
    target_utilization: int = 70
    seed: int | None = None

    def __post_init__(self) -> None:
        require_at_least("minimum", self.minimum, 1)
        require_at_least("maximum", self.maximum, 1)
        known = not is_unresolved(self.minimum) and not is_unresolved(self.maximum)
        if known and self.maximum < self.minimum:
            raise ValueError(f"maximum must be at least the minimum {self.minimum}, got {self.maximum}")
        require_between("target_utilization", self.target_utilization, _LEAST_TARGET, _GREATEST_TARGET, unit="percent")
        if self.seed is not None:
            require_at_least("seed", self.seed, 1)

    @property
    def scaled(self) -> dynamodb.Capacity:
        """The capacity as CDK names it."""
        return dynamodb.Capacity.autoscaled(
            min_capacity=self.minimum,
            max_capacity=self.maximum,
            target_utilization_percent=self.target_utilization,
            seed_capacity=self.seed,
        )


@dataclass(frozen=True, kw_only=True)
class Provisioned:
    """Capacity is paid for by the hour and scales by itself: cheaper than on demand under an even load.

    Creates two Application Auto Scaling targets and policies, made by DynamoDB's own CloudFormation resource.

    Example:
        ```python
        DynamoDbStore(
            partition_key="pk",
            billing=Provisioned(reads=Capacity(5, 500), writes=Capacity(5, 100, target_utilization=60)),
        )
        ```

    Attributes:
        reads: Read capacity units.
        writes: Write capacity units; a global secondary index needs as many as its table, or writes are throttled.
    """

    reads: Capacity
    writes: Capacity


Billing = OnDemand | Provisioned
"""How a table or an index is paid for."""


def table_billing(billing: Billing) -> dynamodb.Billing:
    """Give a billing as CDK names it.

    Args:
        billing: What a table says.

    Returns:
        The same for CDK.
    """
    if isinstance(billing, Provisioned):
        return dynamodb.Billing.provisioned(read_capacity=billing.reads.scaled, write_capacity=billing.writes.scaled)
    return dynamodb.Billing.on_demand(
        max_read_request_units=billing.max_reads, max_write_request_units=billing.max_writes
    )
