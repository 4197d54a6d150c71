"""Many products written in one request, each for itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from catalog.import_rows import ImportRow
from catalog.repository import ProductRepository
from catalog.sku_claims import SkuTakenError
from edge.problem import InputError
from store.errors import UnavailableError

WORKERS = 16
"""Rows written at a time: a transaction waits for the network, and the client lets other threads run meanwhile."""

MAXIMUM_ERRORS_PER_ROW = 5


@dataclass(frozen=True, kw_only=True)
class RowReport:
    """What became of one row."""

    row: int
    product_id: str | None
    outcome: Literal["created", "updated", "unchanged", "rejected"]
    errors: tuple[InputError, ...] = ()

    def document(self) -> dict[str, object]:
        """Give the row of the report."""
        errors = [error.document() for error in self.errors[:MAXIMUM_ERRORS_PER_ROW]]
        return {"row": self.row, "id": self.product_id, "outcome": self.outcome, "errors": errors}


def import_products(repository: ProductRepository, rows: Sequence[ImportRow]) -> list[RowReport]:
    """Write the rows that are products; a faulty one stops no other.

    Rows of one product are written in their order, others side by side.

    Args:
        repository: where to write; it is used by several threads.
        rows: what was read.

    Returns:
        A report for each row, in order.
    """
    by_product: dict[str | int, list[ImportRow]] = defaultdict(list)
    for row in rows:
        by_product[row.product.id if row.product else row.number].append(row)

    def write_in_order(group: Iterable[ImportRow]) -> list[RowReport]:
        return [_write(repository, row) for row in group]

    with ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="import") as pool:
        reports = [report for group in pool.map(write_in_order, by_product.values()) for report in group]
    return sorted(reports, key=lambda report: report.row)


def report_document(reports: Sequence[RowReport]) -> dict[str, object]:
    """Give the import's report: how many rows were accepted and rejected, and each row's outcome."""
    rejected = sum(report.outcome == "rejected" for report in reports)
    return {
        "accepted": len(reports) - rejected,
        "rejected": rejected,
        "rows": [report.document() for report in reports],
    }


def _write(repository: ProductRepository, row: ImportRow) -> RowReport:
    if row.product is None:
        return RowReport(row=row.number, product_id=row.product_id, outcome="rejected", errors=row.errors)
    try:
        saved = repository.save(row.product, precondition=lambda _version: None)
    except SkuTakenError as error:
        fault = InputError(pointer="", detail=str(error), code="sku_taken")
    except UnavailableError:
        fault = InputError(pointer="", detail="the table did not answer in time; send this row again", code="try_again")
    else:
        return RowReport(row=row.number, product_id=row.product_id, outcome=saved.outcome)
    return RowReport(row=row.number, product_id=row.product_id, outcome="rejected", errors=(fault,))
