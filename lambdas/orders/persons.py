"""What orders keep of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from contracts.personal_data import KeptData, PersonalRecord
from contracts.personal_data_events import PersonalDataRequest
from orders.document import order_document
from orders.listing import orders_of_customer, orders_of_guest
from orders.order import Order
from orders.personal import UNDER_WAY, forgotten, guest_key_of
from orders.record import OrderRecord
from orders.repository import OrderRepository
from store.table import Table

_PAGE = 100

INVOICES = "invoices of orders"
_INVOICES_REASON = (
    "Tax law asks for invoices, with the buyer's name and address, for up to ten years after the year of the order."
)
ORDERS_UNDER_WAY = "orders that are under way"
_UNDER_WAY_REASON = "The goods still have to reach their buyer. The e-mail address is erased when one asks again after."


class OrderingPerson:
    """Gives and forgets it.

    Args:
        table: the service's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._orders = OrderRepository(table)

    def provide(self, person: PersonalDataRequest) -> Iterator[PersonalRecord]:
        """Give every order of the customer, and those that were placed with the address without signing in."""
        for order in self._orders_of(person):
            yield PersonalRecord.model_validate({"kind": "order", "data": order_document(order)})

    def forget(self, person: PersonalDataRequest) -> Sequence[KeptData]:
        """Make what came to nothing nobody's, and keep of what was sold what the law asks for, as long as it does."""
        orders = [
            changed
            for order in self._orders_of(person)
            if (changed := self._orders.change(order.id, forgotten, announce=lambda _order: [])) is not None
        ]
        kept: list[KeptData] = []
        if until := [order.kept_until for order in orders if order.kept_until]:
            kept.append(KeptData(what=INVOICES, ground="legal-obligation", reason=_INVOICES_REASON, until=max(until)))
        if any(order.status in UNDER_WAY for order in orders):
            kept.append(KeptData(what=ORDERS_UNDER_WAY, ground="contract", reason=_UNDER_WAY_REASON, until=None))
        return kept

    def _orders_of(self, person: PersonalDataRequest) -> Iterator[Order]:
        ways = [partial(orders_of_customer, self._table, person.customer_id)]
        if person.email is not None:
            ways.append(partial(orders_of_guest, self._table, guest_key_of(person.email)))
        for way in ways:
            for record in _all(way):
                order = self._orders.find(record["pk"].partition("#")[2])
                if order is not None:
                    yield order


def _all(way: Callable[..., Sequence[OrderRecord]]) -> Iterator[OrderRecord]:
    before: str | None = None
    while found := way(before=before, limit=_PAGE):
        yield from found
        before = found[-1]["placed_key"]
