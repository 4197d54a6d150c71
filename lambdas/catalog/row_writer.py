"""The rows of an import, written many to a transaction, each once however often it is tried.

    IMPORT#<id>#<row>  ROW  outcome

Beside what a row changes, its transaction writes an item that says so, under the condition that there is none: whoever
does the row again, after a crash or beside somebody else, finds what became of it and changes nothing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar, cast

from catalog.bulk_import import WORKERS, RowReport
from catalog.import_rows import ImportRow
from catalog.product import ProductInput
from catalog.product_change import Outcome, change_to
from catalog.record import PRODUCT, ProductRecord, product_key
from catalog.sku_claims import SkuTakenError, refuse_taken_skus
from edge.problem import InputError
from store.contention import until_written
from store.errors import ConditionFailedError, TransactionCanceledError, UnavailableError
from store.operations import ABSENT, Item, Operation, Put
from store.table import Table

ROW = "ROW"
MAXIMUM_OPERATIONS = 100
"""Of one transaction, which DynamoDB sets."""

MAXIMUM_BYTES = 3_000_000
"""Of products in one transaction: with their events they stay below the 4 MB that DynamoDB takes."""

ROWS_A_GROUP = 24
"""Four writes for a product with one SKU: its item, claim, event, and what became of the row."""

PATIENCE = 6
LONGEST_PAUSE_SECONDS = 4.0

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, kw_only=True)
class _ReadRow:
    number: int
    product: ProductInput


class RowWriter:
    """Writes rows of one import.

    Args:
        table: the catalog; it is used by several threads.
        import_id: whose rows they are.
        correlation_id: of the request, for the events.
        expires_at: when what is known of the rows may be forgotten, in seconds since 1970.
    """

    def __init__(self, table: Table, *, import_id: str, correlation_id: str, expires_at: int) -> None:
        self._table = table
        self._import_id = import_id
        self._correlation_id = correlation_id
        self._expires_at = expires_at

    def write(self, rows: Sequence[ImportRow]) -> list[RowReport]:
        """Write the rows that are products; rows of one product in their order, others side by side.

        Returns:
            A report for each row, in order.

        Raises:
            UnavailableError: the table did not answer, however patiently it was asked.
        """
        reports = [
            RowReport(row=row.number, product_id=row.product_id, outcome="rejected", errors=row.errors)
            for row in rows
            if row.product is None
        ]
        products = [_ReadRow(number=row.number, product=row.product) for row in rows if row.product is not None]
        with ThreadPoolExecutor(WORKERS, thread_name_prefix="import") as pool:
            for wave in _waves(products):
                for written in pool.map(self._write_group, _groups(wave)):
                    reports += written
        return sorted(reports, key=lambda report: report.row)

    def _write_group(self, group: Sequence[_ReadRow]) -> list[RowReport]:
        current = {
            str(item["pk"]): cast(ProductRecord, item)
            for item in _patiently(
                lambda: self._table.get_many([(product_key(row.product.id), PRODUCT) for row in group], consistent=True)
            )
        }
        operations: list[Operation] = []
        keys: set[str] = set()
        together: list[RowReport] = []
        alone: list[_ReadRow] = []
        for row in group:
            before = current.get(product_key(row.product.id), cast(ProductRecord, {}))
            saved, change = change_to(before, row.product, correlation_id=self._correlation_id)
            own = [*change.operations, self._done(row, saved.outcome)]
            # A transaction writes no item twice: two rows that want one SKU are not written together.
            if len(operations) + len(own) > MAXIMUM_OPERATIONS or not keys.isdisjoint(map(_key, own)):
                alone.append(row)
                continue
            operations += own
            keys.update(map(_key, own))
            together.append(RowReport(row=row.number, product_id=row.product.id, outcome=saved.outcome))
        try:
            _patiently(lambda: self._table.transact(operations))
        except (ConditionFailedError, TransactionCanceledError):
            return [self._write_alone(row) for row in group]
        return together + [self._write_alone(row) for row in alone]

    def _write_alone(self, row: _ReadRow) -> RowReport:
        product = row.product

        def write(attempt: int) -> Outcome:
            known = self._table.get(self._row_key(row.number), ROW, consistent=True)
            if known is not None:
                return cast(Outcome, known["outcome"])
            found = self._table.get(product_key(product.id), PRODUCT, consistent=True)
            current = cast(ProductRecord, found or {})
            saved, change = change_to(current, product, correlation_id=self._correlation_id)
            if attempt and change.operations:
                refuse_taken_skus(self._table, product.id, product.bought_as())
            self._table.transact([*change.operations, self._done(row, saved.outcome)])
            return saved.outcome

        try:
            outcome = _patiently(lambda: until_written(write, what=f"product {product.id}"))
        except SkuTakenError as error:
            fault = InputError(pointer="", detail=str(error), code="sku_taken")
            return RowReport(row=row.number, product_id=product.id, outcome="rejected", errors=(fault,))
        return RowReport(row=row.number, product_id=product.id, outcome=outcome)

    def _done(self, row: _ReadRow, outcome: Outcome) -> Put:
        item: Item = {
            "pk": self._row_key(row.number),
            "sk": ROW,
            "outcome": outcome,
            "expires_at": self._expires_at,
        }
        return Put(item=item, condition=ABSENT)

    def _row_key(self, number: int) -> str:
        # A partition of its own each: all in one would take a thousand writes a second.
        return f"IMPORT#{self._import_id}#{number}"


def _waves(rows: Sequence[_ReadRow]) -> Iterator[list[_ReadRow]]:
    """Give the rows in waves: in each a product comes once, and its rows come in their order."""
    waves: list[list[_ReadRow]] = []
    earlier: dict[str, int] = {}
    for row in rows:
        number = earlier.get(row.product.id, -1) + 1
        earlier[row.product.id] = number
        if number == len(waves):
            waves.append([])
        waves[number].append(row)
    yield from waves


def _groups(wave: Sequence[_ReadRow]) -> Iterator[list[_ReadRow]]:
    """Give rows that fit into one transaction each."""
    group: list[_ReadRow] = []
    size = 0
    for row in wave:
        length = len(row.product.model_dump_json()) * 2
        if group and (len(group) == ROWS_A_GROUP or size + length > MAXIMUM_BYTES):
            yield group
            group, size = [], 0
        group.append(row)
        size += length
    if group:
        yield group


def _key(operation: Operation) -> str:
    if isinstance(operation, Put):
        return f"{operation.item['pk']}\n{operation.item['sk']}"
    return f"{operation.pk}\n{operation.sk}"


def _patiently(call: Callable[[], ResultT]) -> ResultT:
    """Give what a call gives that may be made again, after pauses that grow to seconds while the table has no room."""
    attempt = 0
    while True:
        try:
            return call()
        except UnavailableError:
            attempt += 1
            if attempt == PATIENCE:
                raise
            time.sleep(random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.2 * 2**attempt)))  # noqa: S311  # jitter
