"""How stock lies in the table: one item for each SKU and location."""

from __future__ import annotations

from typing import NotRequired, TypedDict, cast

from inventory.stock import DEFAULT_LOCATION, SkuStock, Stock
from store.operations import ABSENT, Check, Condition, Item, Put, Update, version_is

STOCK = "STOCK"


class StockRecord(TypedDict):
    """The stock of a SKU in one location.

    Attributes:
        available: kept beside what it follows from, for a condition cannot calculate.
        other_locations: in the default location's record only, as are the two after it.
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


def sku_key(sku: str) -> str:
    """Give the partition of all that is known of a SKU."""
    return f"SKU#{sku}"


def stock_key(sku: str, location: str) -> tuple[str, str]:
    """Give the key of a SKU's stock in one location."""
    return sku_key(sku), STOCK if location == DEFAULT_LOCATION else f"{STOCK}#{location}"


def read_stock(sku: str, default: StockRecord, others: list[StockRecord]) -> SkuStock:
    """Give the stock of a SKU that its records tell of.

    Args:
        sku: stock keeping unit.
        default: the record of the default location.
        others: those of all other locations.
    """
    backorder = default.get("backorder")
    parts = [_read(sku, DEFAULT_LOCATION, default, backorder or 0)]
    parts += [
        _read(sku, record["sk"].removeprefix(f"{STOCK}#"), record, 0)
        for record in sorted(others, key=lambda record: record["sk"])
    ]
    return SkuStock(sku=sku, parts=tuple(parts), backorder=backorder, low_stock_at=default.get("low_stock_at"))


def put_stock(stock: SkuStock, part: Stock, *, replacing: Stock | None) -> Put:
    """Give the write of one location's stock, which holds only if its record is still as it was read.

    Args:
        stock: the whole stock of the SKU.
        part: the location's part of it.
        replacing: the part that was read; None when there was no record.
    """
    pk, sk = stock_key(part.sku, part.location)
    item: dict[str, object] = {
        "pk": pk,
        "sk": sk,
        "on_hand": part.on_hand,
        "reserved": part.reserved,
        "available": part.available,
        "version": part.version,
    }
    if part.location == DEFAULT_LOCATION:
        item["other_locations"] = [other.location for other in stock.parts[1:]]
        item["backorder"] = stock.backorder
        item["low_stock_at"] = stock.low_stock_at
    return Put(item=item, condition=version_is(replacing.version) if replacing else ABSENT)


def still_is(part: Stock) -> Check:
    """Give the check that a location's stock is still as it was read."""
    pk, sk = stock_key(part.sku, part.location)
    return Check(pk=pk, sk=sk, condition=version_is(part.version))


def move_stock(sku: str, location: str, *, on_hand: int = 0, reserved: int = 0) -> Update:
    """Give the write that adds to a location's stock whatever it is by then, so that writers need not take turns.

    It fails when more would be promised than there is, or the location has no record.

    Args:
        sku: stock keeping unit.
        location: where.
        on_hand: how many more there are; negative for fewer.
        reserved: how many more are promised; negative for fewer.
    """
    pk, sk = stock_key(sku, location)
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


def _read(sku: str, location: str, record: StockRecord, backorder: int) -> Stock:
    return Stock(
        sku=sku,
        location=location,
        on_hand=record["on_hand"],
        reserved=record["reserved"],
        version=record["version"],
        backorder=backorder,
    )
