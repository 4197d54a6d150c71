"""SKUs that run out: the merchant hears of it once, until there is enough again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from contracts.inventory_events import LowStock, StockDelta, StockLow
from inventory.record import sku_key
from inventory.repository import StockRepository
from inventory.stock import SkuStock
from outbox.record import current_trace_header, outbox_record
from store.contention import until_written
from store.operations import ABSENT, Condition, Delete, Operation, Put
from store.table import Table

LOW_STOCK = "LOW_STOCK"
"""Sort key of the mark that the merchant has heard of it."""

_PRESENT = Condition(expression="attribute_exists(pk)")


def watch(table: Table, changes: Iterable[StockDelta], *, counted: bool, correlation_id: str) -> list[str]:
    """Tell of those SKUs that fell to their threshold since they were last seen above it; give them.

    It looks at what is there now, whatever change it was called for: late and repeated calls find nothing new. It
    takes one call for 100 SKUs, one or two more for those of which a merchant wants to hear, and a transaction and
    another look for each that crosses its threshold, either way.

    Args:
        table: the inventory.
        changes: what became of which SKU.
        counted: whether they were counted, for then what the merchant wants may have changed as well.
        correlation_id: of the change.

    Raises:
        ThrottledError: when a SKU changes faster than it can be looked at.
    """
    # What leaves was promised before: as many are left that nobody was promised.
    changed = [change for change in changes if counted or change.on_hand != change.reserved]
    grown = {change.sku for change in changed if counted or change.on_hand > change.reserved}
    repository = StockRepository(table)
    firsts = repository.first_records(sorted({change.sku for change in changed}), consistent=True)
    watched = {sku: first for sku, first in firsts.items() if counted or first.get("low_stock_at") is not None}
    stocks = repository.with_others(watched)
    # A mark matters only to what is low, or may have ceased to be: that of a SKU in great demand is seldom read.
    wanted = [sku for sku, stock in stocks.items() if stock.is_low or sku in grown]
    stocks = {sku: stocks[sku] for sku in wanted}
    marks = {str(mark["pk"]) for mark in table.get_many([(sku_key(sku), LOW_STOCK) for sku in wanted], consistent=True)}
    crossed = [sku for sku, stock in stocks.items() if stock.is_low != (sku_key(sku) in marks)]
    return [sku for sku in crossed if _cross(table, sku, correlation_id=correlation_id)]


def _cross(table: Table, sku: str, *, correlation_id: str) -> bool:
    told = False

    def write(_attempt: int) -> bool:
        nonlocal told
        # A mark set for a state that has passed would hide the next crossing, so it is looked at until both agree.
        while True:
            stock = cast(SkuStock, StockRepository(table).find(sku))
            is_marked = table.get(sku_key(sku), LOW_STOCK, consistent=True) is not None
            if stock.is_low == is_marked:
                return told
            table.transact(_told(stock, correlation_id) if stock.is_low else _forgotten(sku))
            told = told or stock.is_low

    return until_written(write, what=f"SKU {sku}")


def _told(stock: SkuStock, correlation_id: str) -> list[Operation]:
    data = LowStock(sku=stock.sku, available=stock.on_hand - stock.reserved, low_stock_at=cast(int, stock.low_stock_at))
    event = StockLow.of(data, correlation_id=correlation_id, trace_header=current_trace_header())
    return [Put(item={"pk": sku_key(stock.sku), "sk": LOW_STOCK}, condition=ABSENT), outbox_record(event)]


def _forgotten(sku: str) -> list[Operation]:
    return [Delete(pk=sku_key(sku), sk=LOW_STOCK, condition=_PRESENT)]
