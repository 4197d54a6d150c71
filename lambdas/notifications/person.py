"""What this service keeps of a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.personal_data import KeptData, PersonalRecord
from contracts.personal_data_events import PersonalDataRequest
from notifications.recipient_repository import RecipientRepository
from store.table import Table


class NotifiedPerson:
    """Gives and forgets it.

    Args:
        table: the service's.
    """

    def __init__(self, table: Table) -> None:
        self._recipients = RecipientRepository(table)

    def provide(self, person: PersonalDataRequest) -> Iterator[PersonalRecord]:
        """Give where messages about each order go, and in which language."""
        for recipient in self._recipients.of_person(customer_id=person.customer_id, email=person.email):
            yield PersonalRecord.model_validate({"kind": "message_recipient", "data": dict(recipient)})

    def forget(self, person: PersonalDataRequest) -> Sequence[KeptData]:
        """Leave nothing. What becomes of orders under way is told no more."""
        for recipient in list(self._recipients.of_person(customer_id=person.customer_id, email=person.email)):
            self._recipients.forget(recipient["order_id"])
        return []
