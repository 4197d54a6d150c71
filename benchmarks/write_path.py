"""What an order writes to keys that it shares with others.

The keys are made by the services' own functions. How many units an order writes, and where, is what the local AWS
counted (`use_of_one_order.json`); a test compares the two, so that no write is forgotten here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from benchmarks.shared_keys import CODE, SITEWIDE_CODE, Order, Shared
from inventory.planning import unseen_shard
from inventory.record import stock_key
from inventory.reservation_record import held_shard
from inventory.spreading import SHARDS as STOCK_SHARDS
from inventory.stock import DEFAULT_LOCATION
from orders.record import shard_of as orders_shard
from payments.ledger import LedgerEntry
from payments.ledger_repository import ledger_writes
from payments.ledger_repository import shard_of as ledger_shard
from payments.waiting import waiting_shard
from pricing.quota import shard_tried_first
from pricing.shard_items import shard_keys
from pricing.tally_items import first_tally, tally_key
from store.operations import Update


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
        return itertools.repeat(f"held {held_shard(order.id)}", 2)

    def ledger(order: Order) -> Iterator[str]:
        return itertools.repeat(f"LEDGER#{ledger_shard(order.id)}", 3)

    def coupon(order: Order) -> Iterator[str]:
        if order.has_coupon:
            yield shard_keys(CODE)[shard_tried_first(order.id)][0]

    return (
        Shared(table="Inventory", kind="SKU", what="stock", units=2, keys=stock, unsharded=one_stock),
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
        # An order's payment enters and leaves it twice: until it is authorized, and until it is captured.
        _index("Payments", "waiting", "payments that wait", 1, lambda order: [waiting_shard(order.id)] * 4, writes=4),
        _index("Orders", "time", "orders by time", 1, lambda order: [str(orders_shard(order.id))] * 5, writes=5),
        # An order enters and leaves the list of each status: pending, confirmed, shipped, delivered.
        _index("Orders", "status", "orders by status", 1, _statuses, writes=8),
        Shared(table="Pricing", kind="USES", what="coupon of a tenth", units=2, keys=coupon, unsharded=_one_coupon),
        Shared(
            table="Pricing",
            kind="TALLY",
            what="promotion of all orders",
            units=2,
            keys=_sitewide,
            unsharded=_one(1),
        ),
    )


def _index(
    table: str, kind: str, what: str, units: float, keys: Callable[[Order], Iterable[str]], *, writes: int
) -> Shared:
    return Shared(table=table, kind=kind, what=what, units=units, keys=keys, unsharded=_one(writes), transactions=False)


def _one(writes: int) -> Callable[[Order], Iterable[str]]:
    return lambda _order: itertools.repeat("one", writes)


def _one_coupon(order: Order) -> Iterable[str]:
    return ["one"] if order.has_coupon else []


def _sitewide(order: Order) -> Iterator[str]:
    if order.is_promoted:
        yield tally_key(SITEWIDE_CODE, first_tally(order.id))[0]


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
