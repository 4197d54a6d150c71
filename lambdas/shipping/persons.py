"""What shipping keeps of a person: whose an order and its parcels are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.personal_data import KeptData, PersonalRecord
from contracts.personal_data_events import PersonalDataRequest
from shipping.fulfilment_repository import FulfilmentRepository
from shipping.records import FULFILMENT
from shipping.shipment_document import shipment_document
from store.index_pages import keys_in_index
from store.table import Table

CUSTOMERS_INDEX = "customers"


class ReceivingPerson:
    """Gives and forgets it. Of a guest nothing is kept, not even the e-mail address.

    Args:
        table: shipping's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._fulfilments = FulfilmentRepository(table)

    def provide(self, person: PersonalDataRequest) -> Iterator[PersonalRecord]:
        """Give the orders that were to be shipped to the customer, and their parcels."""
        for known_id, kind in self._ids_of(person):
            if kind == FULFILMENT:
                yield PersonalRecord(kind="fulfilment", data={"order_id": known_id})
            elif shipment := self._fulfilments.find_shipment(known_id):
                document = shipment_document(shipment)
                yield PersonalRecord.model_validate({"kind": "shipment", "data": document})

    def forget(self, person: PersonalDataRequest) -> Sequence[KeptData]:
        """Make all of it nobody's: what is to be shipped still is, and merchants alone see it."""
        for known_id, kind in self._ids_of(person):
            if kind == FULFILMENT:
                self._fulfilments.erase(known_id)
            else:
                self._fulfilments.erase_shipment(known_id)
        return ()

    def _ids_of(self, person: PersonalDataRequest) -> Sequence[tuple[str, str]]:
        keys = keys_in_index(self._table, CUSTOMERS_INDEX, partition_key="customer_id", value=person.customer_id)
        # All of them first: what is forgotten leaves the index.
        return [(pk.partition("#")[2], sk) for pk, sk in keys]
