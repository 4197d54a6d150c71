"""What this service itself keeps of a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from contracts.personal_data import KeptData, PersonalRecord
from contracts.personal_data_events import PersonalDataRequest
from customers.address_documents import book_of, shown
from customers.consent_history import all_changes
from customers.documents import CustomerDocuments, partition_of
from customers.export_pages import ExportPages
from store.operations import Delete
from store.table import Table

_BATCH = 100


class KnownPerson:
    """Gives and forgets it.

    Args:
        table: the service's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def provide(self, person: PersonalDataRequest) -> Iterator[PersonalRecord]:
        """Give profile, addresses and every change of a consent."""
        documents = CustomerDocuments(self._table)
        profile = documents.read(person.customer_id, "PROFILE")
        if profile.version:
            yield PersonalRecord.model_validate({"kind": "profile", "data": profile.content})
        for address in book_of(documents.read(person.customer_id, "ADDRESSES").content).addresses:
            yield PersonalRecord.model_validate({"kind": "address", "data": shown(address)})
        for changed in all_changes(self._table, person.customer_id):
            yield PersonalRecord.model_validate({"kind": "consent_change", "data": changed})

    def forget(self, person: PersonalDataRequest) -> Sequence[KeptData]:
        """Delete everything in the customer's partition, and what was exported of them. Nothing is kept."""
        requests = CustomerDocuments(self._table).read(person.customer_id, "REQUESTS").content
        for export in cast("list[str]", requests.get("EXPORT", [])):
            ExportPages(self._table, export).delete()
        partition = partition_of(person.customer_id)
        while found := self._table.query("pk = :pk", values={":pk": partition}, limit=_BATCH, consistent=True):
            for item in found:
                self._table.write(Delete(pk=partition, sk=str(item["sk"])))
        return []
