"""A location's stock in more than one record, when more want it than one record serves.

An item of DynamoDB bears one transaction at a time, and its partition 1,000 write units a second
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html); a SKU of which
everybody wants one meets the first of these limits long before the second. So its stock is spread over records in
partitions of their own, each with its share: a piece is in one of them, and none is promised twice. Records are never
taken away, as reservations know from which one they took; what lies in them is moved where it is missed.
"""

from __future__ import annotations

from collections.abc import Mapping

from inventory.record import shard_counts, stock_key
from inventory.stock import DEFAULT_LOCATION, SkuStock, Stock
from store.errors import ConditionFailedError, TransactionCanceledError
from store.operations import ABSENT, Condition, Item, Operation, Put, Update
from store.table import Table

SHARDS = 64
"""Of how many records a location's stock consists at most: enough for 2,500 transactions a second on one SKU at the 40
a second that one record bears in a rush."""

MOST_RECORDS = 78
"""Of how many a SKU's stock consists at most before locations are added: twenty more of these and the event still fit
into the 100 items of a transaction."""

LEAST_EACH = 10
"""How many pieces each record gets at least: fewer are gone before they are worth it."""


def spread(table: Table, stock: SkuStock, location: str) -> bool:
    """Spread a location's stock over as many records as it fills; say whether it was done.

    It takes one transaction. Of a location that is spread already, or has too little, nothing is changed.

    Args:
        table: the inventory.
        stock: of the SKU, as it was read.
        location: that so many want to take from.
    """
    shards = stock.shards_of(location)
    room = MOST_RECORDS - len(stock.parts) + 1
    count = min(SHARDS, room, shards[0].free // LEAST_EACH) if len(shards) == 1 else 0
    if count < 2:
        return False
    each = shards[0].free // count
    counts = {**shard_counts(stock), location: count}
    writes: list[Operation] = [_added(stock.sku, location, shard, each) for shard in range(1, count)]
    return _done(table, [*writes, *_taken(stock, {shards[0]: each * (1 - count)}, counts)])


def level(table: Table, stock: SkuStock, location: str, shard: int) -> bool:
    """Move half of what the fullest record has more than another one into that; say whether it was done.

    It takes one transaction of two records, and of the SKU's first one, which counts moves. A difference of less than
    a piece for each record is left as it is.

    Args:
        table: the inventory.
        stock: of the SKU, as it was read.
        location: where.
        shard: the record that had too little.
    """
    shards = stock.shards_of(location)
    fullest = max(shards, key=lambda part: part.free)
    moved = (fullest.free - shards[shard].free) // 2
    if moved < len(shards):
        return False
    return _done(table, _taken(stock, {fullest: -moved, shards[shard]: moved}))


def gather(table: Table, stock: SkuStock, location: str) -> bool:
    """Move all that a location's records have into its fullest one, for an order of many; say whether it was done.

    Args:
        table: the inventory.
        stock: of the SKU, as it was read.
        location: where.
    """
    filled = [part for part in stock.shards_of(location) if part.free]
    if len(filled) < 2:
        return False
    fullest = max(filled, key=lambda part: part.free)
    moves = {part: -part.free for part in filled if part is not fullest}
    return _done(table, _taken(stock, {**moves, fullest: -sum(moves.values())}))


def _done(table: Table, writes: list[Operation]) -> bool:
    try:
        table.transact(writes)
    except (ConditionFailedError, TransactionCanceledError):
        return False
    return True


def _added(sku: str, location: str, shard: int, on_hand: int) -> Put:
    pk, sk = stock_key(sku, location, shard)
    numbers: Item = {"on_hand": on_hand, "reserved": 0, "available": on_hand, "version": 1}
    return Put(item={"pk": pk, "sk": sk, **numbers}, condition=ABSENT)


def _taken(stock: SkuStock, moves: Mapping[Stock, int], counts: Mapping[str, int] | None = None) -> list[Operation]:
    """Give the writes that move stock, and count it in the first record, which is what a reader looks at."""
    first = stock.parts[0]
    return [
        _moved(part, moves.get(part, 0), counts=counts, known=shard_counts(stock))
        if (part.location, part.shard) == (DEFAULT_LOCATION, 0)
        else _moved(part, moves[part])
        for part in dict.fromkeys([first, *moves])
    ]


def _moved(
    part: Stock, on_hand: int, *, counts: Mapping[str, int] | None = None, known: Mapping[str, int] | None = None
) -> Update:
    pk, sk = stock_key(part.sku, part.location, part.shard)
    expression = "ADD on_hand :on_hand, available :on_hand, version :one"
    values: dict[str, object] = {":on_hand": on_hand, ":one": 1, ":needed": max(0, -on_hand)}
    condition = "attribute_exists(pk) AND available >= :needed"
    if known is not None:
        expression += ", moves :one"
    if counts is not None:
        expression += " SET shards = :shards"
        values[":shards"] = dict(counts)
        condition += " AND shards = :known" if known else " AND attribute_not_exists(shards)"
        if known:
            values[":known"] = dict(known)
    return Update(pk=pk, sk=sk, expression=expression, values=values, condition=Condition(expression=condition))
