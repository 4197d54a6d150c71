"""Ten thousand orders a second, and what each partition of each table gets of their writes.

The keys are made by the services' own functions. How many units an order writes, and where, is what the local AWS
counted (`use_of_one_order.json`); a test compares the two, so that no write is forgotten here.
"""

from __future__ import annotations

import bisect
import itertools
import random
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from inventory.planning import unseen_shard
from inventory.record import stock_key
from inventory.reservation_record import HELD_SHARDS
from inventory.spreading import SHARDS as STOCK_SHARDS
from inventory.stock import DEFAULT_LOCATION
from orders.record import shard_of as orders_shard
from payments.ledger import LedgerEntry
from payments.ledger_repository import ledger_writes
from payments.ledger_repository import shard_of as ledger_shard
from pricing.quota import SHARDS as COUPON_SHARDS
from pricing.shard_items import shard_keys
from store.operations import Update

ORDERS_A_SECOND = 10_000
SKUS = 100_000
BASKET = 2
"""SKUs of an order; they follow Zipf's law: the most popular is in one order of six, the hundredth in one of 600."""
COUPON_SHARE = 0.1
"""Of all orders, with one code."""

PARTITION_WRITE_UNITS = 1000
PARTITION_READ_UNITS = 3000
"""What one partition takes a second: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"""
ITEM_TRANSACTIONS = 80
"""What one item bears a second, held for 12 ms each: one is under way at a time."""
RUSH_TRANSACTIONS = 40
"""Where transactions on one item begin to meet: a SKU that is wanted more often is spread."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """One order of the simulation: its ids are as random as real ones."""

    id: str
    skus: Sequence[int]
    has_coupon: bool


@dataclass(frozen=True, kw_only=True)
class Shared:
    """Writes to partitions that many orders write to.

    Attributes:
        table: of which service.
        kind: what the keys begin with, or the index.
        what: in words.
        units: that one write to one key takes.
        keys: where an order writes, once for each write.
        unsharded: the same if nothing were spread.
        limit: units a second that one partition takes.
        transactions: whether transactions on one item meet: entries are items of their own, and indexes know none.
        items: where transactions meet, if it is not the whole partition.
    """

    table: str
    kind: str
    what: str
    units: float
    keys: Callable[[Order], Iterable[str]]
    unsharded: Callable[[Order], Iterable[str]]
    limit: int = PARTITION_WRITE_UNITS
    transactions: bool = True
    items: Callable[[Order], Iterable[str]] | None = None


def shared_writes(popular: Sequence[int]) -> tuple[Shared, ...]:
    """Give everything of the write path that orders share. All else has a key of the order's own.

    Args:
        popular: the SKUs that are wanted so often that their stock is spread.
    """
    spread = frozenset(popular)

    def stock(order: Order) -> Iterator[str]:
        for sku in order.skus:
            name = f"sku-{sku}"
            shard = unseen_shard(order.id, name, shards=STOCK_SHARDS) if sku in spread else 0
            key = stock_key(name, DEFAULT_LOCATION, shard)[0]
            yield from (key, key)  # reserved and committed

    def one_stock(order: Order) -> Iterator[str]:
        for sku in order.skus:
            yield from [stock_key(f"sku-{sku}", DEFAULT_LOCATION)[0]] * 2

    def held(order: Order) -> Iterator[str]:
        return itertools.repeat(f"held {zlib.crc32(order.id.encode()) % HELD_SHARDS}", 2)

    def ledger(order: Order) -> Iterator[str]:
        return itertools.repeat(f"LEDGER#{ledger_shard(order.id)}", 3)

    def coupon(order: Order) -> Iterator[str]:
        if order.has_coupon:
            keys = shard_keys("WELCOME")
            yield keys[zlib.crc32(order.id.encode()) % COUPON_SHARDS][0]

    def looked_at(order: Order) -> Iterator[str]:
        return (stock_key(f"sku-{sku}", DEFAULT_LOCATION)[0] for sku in order.skus)

    return (
        Shared(table="Inventory", kind="SKU", what="stock", units=2, keys=stock, unsharded=one_stock),
        Shared(
            table="Inventory",
            kind="SKU",
            what="reads of a SKU",
            units=0.5 + 1,  # to reserve, and by who looks for low stock
            keys=looked_at,
            unsharded=looked_at,
            limit=PARTITION_READ_UNITS,
            transactions=False,
        ),
        _index("Inventory", "held", "what is held", 1, held, writes=2),
        Shared(
            table="Payments",
            kind="LEDGER",
            what="ledger entries",
            units=2,
            keys=ledger,
            unsharded=_one(3),
            transactions=False,
        ),
        Shared(
            table="Payments",
            kind="BALANCES",
            what="ledger totals",
            units=2,
            keys=_totals_partitions,
            unsharded=_one(2),
            items=_totals_items,
        ),
        _index("Orders", "time", "orders by time", 1, lambda order: [str(orders_shard(order.id))] * 5, writes=5),
        # An order enters and leaves the list of each status: pending, confirmed, shipped, delivered.
        _index("Orders", "status", "orders by status", 1, _statuses, writes=8),
        Shared(table="Pricing", kind="USES", what="coupon of a tenth", units=2, keys=coupon, unsharded=_one_coupon),
    )


def _index(
    table: str, kind: str, what: str, units: float, keys: Callable[[Order], Iterable[str]], *, writes: int
) -> Shared:
    return Shared(table=table, kind=kind, what=what, units=units, keys=keys, unsharded=_one(writes), transactions=False)


def _one(writes: int) -> Callable[[Order], Iterable[str]]:
    return lambda _order: itertools.repeat("one", writes)


def _one_coupon(order: Order) -> Iterable[str]:
    return ["one"] if order.has_coupon else []


def _statuses(order: Order) -> Iterator[str]:
    shard = orders_shard(order.id)
    for status, writes in (("pending", 2), ("confirmed", 3), ("shipped", 2), ("delivered", 1)):
        yield from itertools.repeat(f"{status}#{shard}", writes)


def totals_key(order_id: str) -> tuple[str, str]:
    """Give the key of the totals that a payment adds to: asked of the writes that the ledger makes."""
    entry = LedgerEntry(
        id="e", kind="captured", payment_id=order_id, order_id=order_id, debit="d", credit="c", amount=1, currency="USD"
    )
    (totals,) = (write for write in ledger_writes([entry], at=datetime.now(UTC)) if isinstance(write, Update))
    return totals.pk, totals.sk


def _totals_partitions(order: Order) -> Iterator[str]:
    return itertools.repeat(totals_key(order.id)[0], 2)


def _totals_items(order: Order) -> Iterator[str]:
    return itertools.repeat(" ".join(totals_key(order.id)), 2)


@dataclass(frozen=True, kw_only=True)
class Busiest:
    """What the busiest partition of the busiest second gets.

    Attributes:
        shared: of which writes.
        units: a second.
        unsharded: what it would get if nothing were spread.
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
    return [_busiest(shared, orders) for shared in shared_writes(popular)]


def _busiest(shared: Shared, seconds: Sequence[Sequence[Order]]) -> Busiest:
    items = _most(shared.items or shared.keys, seconds) if shared.transactions else 0
    return Busiest(
        shared=shared,
        units=_most(shared.keys, seconds) * shared.units,
        unsharded=_most(shared.unsharded, seconds) * shared.units,
        transactions=items,
    )


def _most(keys: Callable[[Order], Iterable[str]], seconds: Sequence[Sequence[Order]]) -> int:
    """How often the busiest key is written in the busiest second; an order's writes come a second after each other."""
    written: list[Counter[str]] = [Counter() for _ in seconds]
    for second, orders in enumerate(seconds):
        for order in orders:
            for later, key in enumerate(keys(order)):
                written[(second + later) % len(seconds)][key] += 1
    return max(max(counter.values(), default=0) for counter in written)


_WEIGHTS = list(itertools.accumulate(1 / rank for rank in range(1, SKUS + 1)))


def _order(chance: random.Random) -> Order:
    skus: list[int] = []
    while len(skus) < BASKET:
        sku = bisect.bisect(_WEIGHTS, chance.random() * _WEIGHTS[-1])
        if sku not in skus:
            skus.append(sku)
    return Order(id=f"{chance.getrandbits(128):032x}", skus=skus, has_coupon=chance.random() < COUPON_SHARE)
