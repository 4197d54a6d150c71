"""How stock lies in the table: one item for each SKU and location, and further ones of a location that is spread.

A location's first record is in the SKU's partition, each further one in a partition of its own, which it shares with
the same records of the SKU's other locations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NotRequired, TypedDict, cast

from inventory.stock import DEFAULT_LOCATION, SkuStock, Stock
from store.operations import ABSENT, Check, Condition, Item, Put, Update, version_is

STOCK = "STOCK"


class StockRecord(TypedDict):
    """The stock of a SKU in one location.

    Attributes:
        available: kept beside what it follows from, for a condition cannot calculate.
        other_locations: in the default location's first record only, as are those after it.
        shards: of how many records the stock of a location consists, by location; those of one are left out.
        moves: how often stock was moved between the records of a location.
    """

    pk: str
    sk: str
    on_hand: int
    reserved: int
    available: NotRequired[int]
    version: int
    other_locations: NotRequired[list[str]]
    backorder: NotRequired[int | None]
    low_stock_at: NotRequired[int | None]
    shards: NotRequired[dict[str, int]]
    moves: NotRequired[int]


def sku_key(sku: str) -> str:
    """Give the partition of all that is known of a SKU."""
    return f"SKU#{sku}"


def stock_key(sku: str, location: str, shard: int = 0) -> tuple[str, str]:
    """Give the key of a SKU's stock in one location, or of one of the records that it is spread over."""
    partition = f"{sku_key(sku)}#{shard}" if shard else sku_key(sku)
    return partition, STOCK if location == DEFAULT_LOCATION else f"{STOCK}#{location}"


def other_keys(sku: str, default: StockRecord) -> Iterator[tuple[str, str]]:
    """Give the keys of all records of a SKU besides the default location's first one, which names them."""
    shards = default.get("shards", {})
    for location in (DEFAULT_LOCATION, *default.get("other_locations", ())):
        for shard in range(shards.get(location, 1)):
            if (location, shard) != (DEFAULT_LOCATION, 0):
                yield stock_key(sku, location, shard)


def read_stock(sku: str, default: StockRecord, others: list[StockRecord]) -> SkuStock:
    """Give the stock of a SKU that its records tell of.

    Args:
        sku: stock keeping unit.
        default: the first record of the default location.
        others: all others.
    """
    backorder = default.get("backorder")
    parts = [_read(sku, record, 0) for record in others]
    parts.sort(key=lambda part: (part.location != DEFAULT_LOCATION, part.location, part.shard))
    return SkuStock(
        sku=sku,
        parts=(_read(sku, default, backorder or 0), *parts),
        backorder=backorder,
        low_stock_at=default.get("low_stock_at"),
        moves=default.get("moves", 0),
    )


def put_stock(stock: SkuStock, part: Stock, *, replacing: Stock | None) -> Put:
    """Give the write of one record, which holds only if it is still as it was read.

    Args:
        stock: the whole stock of the SKU.
        part: the record's part of it.
        replacing: the part that was read; None when there was no record.
    """
    pk, sk = stock_key(part.sku, part.location, part.shard)
    item: dict[str, object] = {
        "pk": pk,
        "sk": sk,
        "on_hand": part.on_hand,
        "reserved": part.reserved,
        "available": part.available,
        "version": part.version,
    }
    if (part.location, part.shard) == (DEFAULT_LOCATION, 0):
        item["other_locations"] = list(stock.locations[1:])
        item["backorder"] = stock.backorder
        item["low_stock_at"] = stock.low_stock_at
        if shards := shard_counts(stock):
            item["shards"] = shards
            item["moves"] = stock.moves
    return Put(item=item, condition=version_is(replacing.version) if replacing else ABSENT)


def shard_counts(stock: SkuStock) -> dict[str, int]:
    """Give of how many records the stock of a location consists, by location; those of one are left out."""
    counts = {location: len(stock.shards_of(location)) for location in stock.locations}
    return {location: count for location, count in counts.items() if count > 1}


def still_is(part: Stock) -> Check:
    """Give the check that a record is still as it was read."""
    pk, sk = stock_key(part.sku, part.location, part.shard)
    return Check(pk=pk, sk=sk, condition=version_is(part.version))


def move_stock(sku: str, location: str, *, shard: int = 0, on_hand: int = 0, reserved: int = 0) -> Update:
    """Give the write that adds to a record whatever it is by then, so that writers need not take turns.

    It fails when more would be promised than there is, or there is no record.

    Args:
        sku: stock keeping unit.
        location: where.
        shard: in which of the location's records.
        on_hand: how many more there are; negative for fewer.
        reserved: how many more are promised; negative for fewer.
    """
    pk, sk = stock_key(sku, location, shard)
    available = on_hand - reserved
    condition = (
        Condition(expression="available >= :needed", values={":needed": -available})
        if available < 0
        else Condition(expression="attribute_exists(pk)")
    )
    return Update(
        pk=pk,
        sk=sk,
        expression="ADD on_hand :on_hand, reserved :reserved, available :available, version :one",
        values={":on_hand": on_hand, ":reserved": reserved, ":available": available, ":one": 1},
        condition=condition,
    )


def complete(record: Item) -> Update | None:
    """Give the write that mends a record of a time when ``available`` was not kept, or None when it is."""
    if "available" in record:
        return None
    return Update(
        pk=cast(str, record["pk"]),
        sk=cast(str, record["sk"]),
        expression="SET available = on_hand - reserved",
        condition=Condition(expression="attribute_not_exists(available)"),
    )


def _read(sku: str, record: StockRecord, backorder: int) -> Stock:
    _, _, location = record["sk"].partition("#")
    return Stock(
        sku=sku,
        location=location or DEFAULT_LOCATION,
        shard=int(record["pk"].removeprefix(sku_key(sku)).removeprefix("#") or 0),
        on_hand=record["on_hand"],
        reserved=record["reserved"],
        version=record["version"],
        backorder=backorder,
    )
