"""Ten thousand orders a second, and what the busiest partition of each kind gets of them."""

from __future__ import annotations

import bisect
import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.read_path import shared_reads
from benchmarks.shared_keys import ORDERS_A_SECOND, Order, Shared
from benchmarks.write_path import shared_writes

SKUS = 100_000
BASKET = 2
"""SKUs of an order; they follow Zipf's law: the most popular is in one order of six, the hundredth in one of 600."""
COUPON_SHARE = 0.1
"""Of all orders, with one code."""
RUSH_TRANSACTIONS = 40
"""Where transactions on one item begin to meet: a SKU that is wanted more often is spread."""


@dataclass(frozen=True, kw_only=True)
class Busiest:
    """What the busiest partition of the busiest second gets.

    Attributes:
        shared: of which writes or reads.
        units: a second.
        unsharded: what it would get if nothing were spread or kept.
        transactions: on its busiest item, a second; 0 when they do not conflict.
    """

    shared: Shared
    units: float
    unsharded: float
    transactions: float


def simulate(*, seconds: int, seed: int = 1) -> list[Busiest]:
    """Let orders come in for some seconds; give what the busiest partition of each kind gets.

    Args:
        seconds: how long.
        seed: of the random numbers.
    """
    chance = random.Random(seed)  # noqa: S311  # simulates, keeps no secret
    orders = [[_order(chance) for _ in range(ORDERS_A_SECOND)] for _ in range(seconds)]
    wanted = Counter(sku for second in orders for order in second for sku in order.skus)
    popular = [sku for sku, times in wanted.items() if 2 * times / seconds > RUSH_TRANSACTIONS]
    return [_busiest(shared, orders) for shared in (*shared_writes(popular), *shared_reads())]


def _busiest(shared: Shared, seconds: Sequence[Sequence[Order]]) -> Busiest:
    items = _most(shared.items or shared.keys, seconds) if shared.transactions else 0
    return Busiest(
        shared=shared,
        units=_most(shared.keys, seconds) * shared.units + shared.kept_units,
        unsharded=_most(shared.unsharded, seconds) * shared.units,
        transactions=items,
    )


def _most(keys: Callable[[Order], Iterable[str]], seconds: Sequence[Sequence[Order]]) -> int:
    """How often the busiest key is touched in the busiest second; an order does one thing a second."""
    touched: list[Counter[str]] = [Counter() for _ in seconds]
    for second, orders in enumerate(seconds):
        for order in orders:
            for later, key in enumerate(keys(order)):
                touched[(second + later) % len(seconds)][key] += 1
    return max(max(counter.values(), default=0) for counter in touched)


_WEIGHTS = list(itertools.accumulate(1 / rank for rank in range(1, SKUS + 1)))


def _order(chance: random.Random) -> Order:
    skus: list[int] = []
    while len(skus) < BASKET:
        sku = bisect.bisect(_WEIGHTS, chance.random() * _WEIGHTS[-1])
        if sku not in skus:
            skus.append(sku)
    return Order(id=f"{chance.getrandbits(128):032x}", skus=skus, has_coupon=chance.random() < COUPON_SHARE)
