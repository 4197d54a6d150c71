"""The stock records in the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import cast

from inventory.record import StockRecord, complete, other_keys, put_stock, read_stock, still_is, stock_key
from inventory.stock import DEFAULT_LOCATION, SkuStock, first_stock
from store.contention import until_written
from store.errors import ConditionFailedError
from store.operations import Operation
from store.table import Table


class StockRepository:
    """Reads and writes stock; a write and the event that tells of it happen both or not at all.

    Args:
        table: the inventory.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, sku: str) -> SkuStock | None:
        """Give the stock of a SKU as it is after every write so far, or None when there is no record."""
        return self.find_many([sku]).get(sku)

    def find_many(self, skus: Iterable[str]) -> Mapping[str, SkuStock]:
        """Give the stock of those of the SKUs that have records, as it is after every write so far.

        It takes a call for 100 SKUs, and one more for 100 records of other locations, or of those that are spread.
        """
        return self.with_others(self.first_records(skus, consistent=True))

    def with_others(self, defaults: Mapping[str, StockRecord]) -> Mapping[str, SkuStock]:
        """Give the stock of SKUs of which the first records were read already.

        Args:
            defaults: as `first_records` gives them.
        """
        keys = {key: sku for sku, default in defaults.items() for key in other_keys(sku, default)}
        others: dict[str, list[StockRecord]] = {sku: [] for sku in defaults}
        for key, record in self._records(list(keys), consistent=True).items():
            others[keys[key]].append(record)
        return {sku: read_stock(sku, default, others[sku]) for sku, default in defaults.items()}

    def first_records(self, skus: Iterable[str], *, consistent: bool) -> Mapping[str, StockRecord]:
        """Give the first record of each SKU's default location, of those that have one; a call for 100 SKUs.

        Args:
            skus: stock keeping units.
            consistent: see every write so far, at twice the read cost.
        """
        keys = {stock_key(sku, DEFAULT_LOCATION): sku for sku in skus}
        records = self._records(list(keys), consistent=consistent)
        return {keys[key]: record for key, record in records.items()}

    def change(
        self,
        sku: str,
        change: Callable[[SkuStock | None], SkuStock],
        *,
        correlation_id: str,
        guarded: bool = False,
    ) -> SkuStock:
        """Give the stock after a count, made again from the newest state when another writer was faster.

        Args:
            sku: whose stock.
            change: gives the new stock for the present one (None: no record); the same object to leave it. It may
                raise to refuse.
            correlation_id: of the request that asks for it.
            guarded: whether the change depends on locations that it leaves as they are; they must then not change
                meanwhile.

        Raises:
            ThrottledError: when too many writers want the same record.
        """

        def write(_attempt: int) -> SkuStock:
            current = self.find(sku)
            changed = change(current)
            if changed is not current:
                self._table.transact(_writes(changed, current, correlation_id=correlation_id, guarded=guarded))
            return changed

        return until_written(write, what=f"SKU {sku}")

    def ensure(self, sku: str) -> bool:
        """Start a record with nothing on hand unless there is one; say whether it was started."""
        stock = first_stock(sku)
        try:
            self._table.write(put_stock(stock, stock.parts[0], replacing=None))
        except ConditionFailedError:
            return False
        return True

    def _records(self, keys: Sequence[tuple[str, str]], *, consistent: bool) -> Mapping[tuple[str, str], StockRecord]:
        records = cast(list[StockRecord], self._table.get_many(keys, consistent=consistent))
        for record in records:
            if (mending := complete(record)) is not None:
                try:
                    self._table.write(mending)
                except ConditionFailedError:
                    continue  # somebody else mended it
        return {(record["pk"], record["sk"]): record for record in records}


def _writes(changed: SkuStock, current: SkuStock | None, *, correlation_id: str, guarded: bool) -> list[Operation]:
    # Reads start faster without pydantic, of which events are made.
    from inventory.stock_events import by_location, difference, stock_changed

    writes: list[Operation] = []
    changes = []
    for after, before in zip_longest(changed.parts, current.parts if current else ()):
        if after is not before:
            writes.append(put_stock(changed, after, replacing=before))
            changes.append(difference(after, before))
        elif guarded:
            writes.append(still_is(before))
    return [*writes, stock_changed("counted", by_location(changes), reference=None, correlation_id=correlation_id)]
