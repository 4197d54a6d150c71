"""What the cart service keeps of a person: the carts of a customer. An anonymous cart is nobody's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cart.answer import document
from cart.record import CART, read_cart
from cart.repository import current_keys
from contracts.personal_data import KeptData, PersonalRecord
from contracts.personal_data_events import PersonalDataRequest
from store.operations import Delete, Item
from store.table import Table

CUSTOMERS_INDEX = "customers"
_PAGE = 100


class ShoppingPerson:
    """Gives and forgets it.

    Args:
        table: the service's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def provide(self, person: PersonalDataRequest) -> Iterator[PersonalRecord]:
        """Give every cart of the customer. Prices are not kept, and so not given."""
        for item in self._carts_of(person.customer_id):
            known = document(read_cart(item), None)
            yield PersonalRecord.model_validate({"kind": "cart", "data": known})

    def forget(self, person: PersonalDataRequest) -> Sequence[KeptData]:
        """Delete the customer's carts. A checkout that is under way has what it needs of its cart."""
        for item in self._carts_of(person.customer_id):
            self._table.write(Delete(pk=str(item["pk"]), sk=CART))
        for pk, sk in current_keys(self._table, person.customer_id):
            self._table.write(Delete(pk=pk, sk=sk))
        return []

    def _carts_of(self, customer_id: str) -> Iterator[Item]:
        start: dict[str, object] | None = None
        while found := self._table.query(
            "customer_id = :customer_id",
            values={":customer_id": customer_id},
            index=CUSTOMERS_INDEX,
            limit=_PAGE,
            start_after=start,
        ):
            for item in found:
                # The index may be behind: the cart itself tells what it is now.
                now = self._table.get(str(item["pk"]), CART, consistent=True)
                if now is not None and now.get("customer_id") == customer_id:
                    yield now
            if len(found) < _PAGE:
                return
            last = found[-1]
            start = {name: last[name] for name in ("pk", "sk", "customer_id")}
