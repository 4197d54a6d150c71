"""What pricing keeps of a person: which promotions they used, known by digests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.personal_data import KeptData, PersonalRecord
from contracts.personal_data_events import PersonalDataRequest
from pricing.customer_uses import CUSTOMER_KEY, EMAIL_KEY, customer_keys
from pricing.redemption_repository import RedemptionRepository
from store.index_pages import keys_in_index
from store.table import Table

INDEXES = {CUSTOMER_KEY: "customers", EMAIL_KEY: "emails"}


class SavingPerson:
    """Gives and forgets it.

    Args:
        table: pricing's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._redemptions = RedemptionRepository(table)

    def provide(self, person: PersonalDataRequest) -> Iterator[PersonalRecord]:
        """Give the uses of promotions that count for the customer, or for a guest of the address."""
        for code, redemption_id in self._uses_of(person):
            yield PersonalRecord(kind="promotion_use", data={"code": code, "id": redemption_id})

    def forget(self, person: PersonalDataRequest) -> Sequence[KeptData]:
        """Make them nobody's. A limit a customer begins anew for who comes back, which the law prefers to the shop."""
        for code, redemption_id in self._uses_of(person):
            self._redemptions.forget(code, redemption_id)
        return ()

    def _uses_of(self, person: PersonalDataRequest) -> Sequence[tuple[str, str]]:
        mine = customer_keys(customer_id=person.customer_id, email=person.email)
        found: dict[tuple[str, str], None] = {}
        for name, value in mine.items():
            for key in keys_in_index(self._table, INDEXES[name], partition_key=name, value=value):
                item = self._table.get(*key, consistent=True)
                # A guest's use is the address's; a customer's is that customer's alone.
                if item and item.get(CUSTOMER_KEY) in (None, mine[CUSTOMER_KEY]):
                    found[key] = None
        uses = [pk.split("#", 2) for pk, _ in found]
        return [(code, redemption_id) for _, code, redemption_id in uses]
