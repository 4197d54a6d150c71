"""The orders in the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from orders.number import new_number
from orders.order import Order, OrderStateError
from orders.personal import guest_key_of
from orders.record import NUMBER, ORDER, REFUSED, lines_of, number_key, order_key, read_order, write_order
from store.contention import until_written
from store.operations import ABSENT, Check, Operation, Put, version_is
from store.table import Table

Announce = Callable[[Order], Sequence[Put]]
"""Gives the further writes of the transaction that changes an order: events, and answers to be kept."""


class OrderDiffersError(Exception):
    """There is an order of that id, of other content."""


class OrderRepository:
    """Reads and writes orders; a change and the event that tells of it happen both or not at all.

    Args:
        table: the service's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, order_id: str) -> Order | None:
        """Give an order as it is after every write so far, or None when there is none."""
        found = self._table.get(order_key(order_id), ORDER, consistent=True)
        return read_order(found) if found else None

    def of_number(self, number: str) -> str | None:
        """Give the id of the order of a number, or None when there is none."""
        found = self._table.get(number_key(number), NUMBER)
        return str(found["order_id"]) if found else None

    def make(self, order_id: str, content: Mapping[str, object], *, now: datetime) -> tuple[Order, bool]:
        """Give the order of an id, made if there is none; say whether it is new.

        Args:
            order_id: chosen by the caller.
            content: what it is of.
            now: the present time.

        Raises:
            OrderDiffersError: when there is one of other content.
            OrderStateError: when it was rejected before it was made.
        """

        def write(_attempt: int) -> tuple[Order, bool]:
            found = self.find(order_id)
            if found is not None:
                if found.content != content:
                    raise OrderDiffersError(f"the order {order_id} is of other content")
                return found, False
            if self._table.get(order_key(order_id), REFUSED, consistent=True):
                raise OrderStateError("the order was rejected before it was made")
            order = Order(
                id=order_id,
                number=new_number(),
                content=content,
                lines=lines_of(content),
                placed_at=now,
                guest_key=None if content.get("customer_id") else guest_key_of(str(content["email"])),
            )
            claim = {"pk": number_key(order.number), "sk": NUMBER, "order_id": order_id}
            self._table.transact(
                [
                    Put(item=write_order(order), condition=ABSENT),
                    Put(item=claim, condition=ABSENT),
                    Check(pk=order_key(order_id), sk=REFUSED, condition=ABSENT),
                ]
            )
            return order, True

        return until_written(write, what=f"order {order_id}")

    def refuse(self, order_id: str) -> Order | None:
        """Let an order that is not there yet never be made; give the order if it is there after all."""

        def write(_attempt: int) -> Order | None:
            found = self.find(order_id)
            if found is None and not self._table.get(order_key(order_id), REFUSED, consistent=True):
                self._table.transact(
                    [
                        Put(item={"pk": order_key(order_id), "sk": REFUSED}, condition=ABSENT),
                        Check(pk=order_key(order_id), sk=ORDER, condition=ABSENT),
                    ]
                )
            return found

        return until_written(write, what=f"order {order_id}")

    def change(self, order_id: str, change: Callable[[Order], Order], *, announce: Announce) -> Order | None:
        """Give an order after a change, made again from the newest state when another writer was faster.

        Args:
            order_id: which.
            change: gives the new order for the present one; the same object to leave it. It may raise to refuse.
            announce: gives what is written with the changed order.

        Returns:
            None when there is no such order.

        Raises:
            ThrottledError: when too many writers want the same order.
        """

        def write(_attempt: int) -> Order | None:
            current = self.find(order_id)
            if current is None:
                return None
            changed = change(current)
            if changed is not current:
                put: Operation = Put(item=write_order(changed), condition=version_is(current.version))
                self._table.transact([put, *announce(changed)])
            return changed

        return until_written(write, what=f"order {order_id}")
