"""The stock records in the table."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypedDict, cast

from inventory.stock import Stock, first_stock
from store.contention import until_written
from store.errors import ConditionFailedError
from store.operations import ABSENT, Put, version_is
from store.table import Table

STOCK = "STOCK"

_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}\Z")


class StockRecord(TypedDict):
    """A SKU's item."""

    pk: str
    sk: str
    on_hand: int
    reserved: int
    version: int


def is_sku(text: str) -> bool:
    """Say whether any SKU can be written so."""
    return _SKU.match(text) is not None


class StockRepository:
    """Reads and writes stock; every write holds only if the record is still as it was read.

    Args:
        table: the inventory.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, sku: str) -> Stock | None:
        """Give the stock of a SKU as it is after every write so far, or None when there is no record."""
        found = cast(StockRecord | None, self._table.get(_key(sku), STOCK, consistent=True))
        if found is None:
            return None
        return Stock(sku=sku, on_hand=found["on_hand"], reserved=found["reserved"], version=found["version"])

    def change(self, sku: str, change: Callable[[Stock | None], Stock]) -> Stock:
        """Give the stock after a change, made again from the newest state when another writer was faster.

        Args:
            sku: whose stock.
            change: gives the new stock for the present one (None: no record); the same object to leave it. It may
                raise to refuse.

        Raises:
            ThrottledError: when too many writers want the same record.
        """

        def write(_attempt: int) -> Stock:
            current = self.find(sku)
            changed = change(current)
            if changed is not current:
                self._put(changed, replacing=current)
            return changed

        return until_written(write, what=f"SKU {sku}")

    def ensure(self, sku: str) -> bool:
        """Start a record with nothing on hand unless there is one; say whether it was started."""
        try:
            self._put(first_stock(sku), replacing=None)
        except ConditionFailedError:
            return False
        return True

    def _put(self, stock: Stock, *, replacing: Stock | None) -> None:
        record = {
            "pk": _key(stock.sku),
            "sk": STOCK,
            "on_hand": stock.on_hand,
            "reserved": stock.reserved,
            "version": stock.version,
        }
        condition = version_is(replacing.version) if replacing else ABSENT
        self._table.write(Put(item=record, condition=condition))


def _key(sku: str) -> str:
    return f"SKU#{sku}"
