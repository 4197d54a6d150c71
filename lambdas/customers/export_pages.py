"""What services sent for an export, page by page."""

from __future__ import annotations

import json
from datetime import datetime
from typing import cast

from contracts.personal_data import PersonalDataPage
from customers.data_request import EXPORT_KEPT
from store.operations import Delete, Put
from store.table import Table

_BATCH = 100


class ExportPages:
    """Reads and writes the pages; each is one item of up to 300 kB.

    Args:
        table: the service's.
        export_id: of the export.
    """

    def __init__(self, table: Table, export_id: str) -> None:
        self._table = table
        self._partition = f"EXPORT#{export_id}"

    def keep(self, service: str, number: int, page: PersonalDataPage, *, requested_at: datetime) -> None:
        """Keep a page, instead of the one that was there under that number."""
        item = {
            "pk": self._partition,
            "sk": _key(service, number),
            "records": json.dumps(
                [record.model_dump(mode="json") for record in page.records], separators=(",", ":"), ensure_ascii=False
            ),
            "expires_at": int((requested_at + EXPORT_KEPT).timestamp()),
        }
        self._table.write(Put(item=item))

    def read(self, service: str, number: int) -> list[object]:
        """Give the records of a page; none of a page that is not there."""
        found = self._table.get(self._partition, _key(service, number), consistent=True)
        records: list[object] = json.loads(cast(str, found["records"])) if found else []
        return records

    def delete(self) -> None:
        """Delete all pages and the state of the export."""
        while True:
            found = self._table.query("pk = :pk", values={":pk": self._partition}, limit=_BATCH, consistent=True)
            for item in found:
                self._table.write(Delete(pk=self._partition, sk=str(item["sk"])))
            if len(found) < _BATCH:
                return


def _key(service: str, number: int) -> str:
    return f"PAGE#{service}#{number:05d}"
