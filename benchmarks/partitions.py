"""Whether any partition gets more than its share of ten thousand orders a second: a simulation of what they share."""

from collections.abc import Callable

from benchmarks.comparison import Comparison, Result
from benchmarks.partition_load import COUPON_SHARE, Busiest, simulate
from benchmarks.shared_keys import ORDERS_A_SECOND, PARTITION_READ_UNITS, PARTITION_WRITE_UNITS

SECONDS = 20
ITEM_TRANSACTIONS = 80
"""What one item bears a second, held for 12 ms each: one is under way at a time."""


def measure(progress: Callable[[str], None]) -> Result:
    """Simulates, and sets the busiest partition of each kind against what one takes.

    Args:
        progress: Told what is done now.
    """
    progress(f"{SECONDS} s of {ORDERS_A_SECOND} orders a second")
    found = simulate(seconds=SECONDS)
    return Result(
        title="partitions: units a second",
        lines=[*map(_of_partition, found), *(_of_item(one) for one in found if one.transactions)],
        notes=[
            f"the busiest of {SECONDS} s; a partition takes {PARTITION_WRITE_UNITS} write and {PARTITION_READ_UNITS} "
            f"read units a second, an item some {ITEM_TRANSACTIONS} transactions",
            f"SKUs by Zipf's law; {COUPON_SHARE:.0%} of the orders use one coupon; all other keys are an order's own",
            "neither spread nor kept: " + ", ".join(f"{one.shared.what} {one.unsharded:,.0f}" for one in found),
        ],
    )


def _of_partition(one: Busiest) -> Comparison:
    return Comparison(
        what=f"{one.shared.table}: {one.shared.what}",
        baseline="a partition",
        unit="/s",
        samples=[one.units],
        baselines=[one.shared.limit],
        target=1.0,
    )


def _of_item(one: Busiest) -> Comparison:
    return Comparison(
        what=f"{one.shared.what}: transactions",
        baseline="an item",
        unit="/s",
        samples=[one.transactions],
        baselines=[ITEM_TRANSACTIONS],
        target=1.0,
    )
