"""The payments in the table: each change is one transaction with its ledger entries and its events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from outbox.record import current_trace_header, outbox_record
from payments.announcements import announcements
from payments.ledger import entries_of
from payments.ledger_repository import ledger_writes
from payments.payment import Payment
from payments.record import PAYMENT, VOID_MARK, order_key, payment_key, payment_of, record
from store.contention import until_written
from store.operations import ABSENT, Check, Operation, Put, version_is
from store.table import Table

FIRST = "-"
"""Sorts before every id."""


class UnknownPaymentError(Exception):
    """There is no such payment."""


class PaymentRepository:
    """Reads and writes payments.

    Args:
        table: the service's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, payment_id: str) -> Payment | None:
        """Give a payment as it is after every write so far, or None when there is none."""
        found = self._table.get(payment_key(payment_id), PAYMENT, consistent=True)
        return None if found is None else payment_of(found)

    def get(self, payment_id: str) -> Payment:
        """Give a payment.

        Raises:
            UnknownPaymentError: when there is none.
        """
        found = self.find(payment_id)
        if found is None:
            raise UnknownPaymentError(f"there is no payment {payment_id[:64]!r}")
        return found

    def of_order(self, order_id: str, *, after: str, limit: int) -> list[Payment]:
        """Give the payments of an order, by their ids; two calls to the table.

        Args:
            order_id: which.
            after: the id that the first of them follows; ``""`` to begin with the first.
            limit: how many at most, 1 to 100.
        """
        values = {":pk": order_key(order_id), ":after": after or FIRST}
        listed = self._table.query("pk = :pk AND sk > :after", values=values, limit=limit, consistent=True)
        keys = [(payment_key(str(item["sk"])), PAYMENT) for item in listed]
        found = [payment_of(item) for item in self._table.get_many(keys, consistent=True)]
        return sorted(found, key=lambda payment: payment.id)

    def begin(self, wanted: Payment) -> tuple[Payment | None, bool]:
        """Store a payment that is to be authorized, unless there is one of its id.

        Returns:
            The payment, and whether it was stored just now; None when it was voided before it was asked for.
        """

        def write(_attempt: int) -> tuple[Payment | None, bool]:
            found = self.find(wanted.id)
            if found is not None:
                return found, False
            if self._is_marked(wanted.id):
                return None, False
            listed = {"pk": order_key(wanted.order_id), "sk": wanted.id}
            self._table.transact(
                [
                    Put(item=record(wanted), condition=ABSENT),
                    Check(pk=payment_key(wanted.id), sk=VOID_MARK, condition=ABSENT),
                    Put(item=listed),
                ]
            )
            return wanted, True

        return until_written(write, what=f"payment {wanted.id}")

    def change(self, payment_id: str, change: Callable[[Payment], Payment], *, correlation_id: str) -> Payment:
        """Give a payment after a change, made again from the newest state when another writer was faster.

        Args:
            payment_id: which.
            change: gives the new state for the present one, the same object to leave it; may raise to refuse.
            correlation_id: of what causes it.

        Raises:
            UnknownPaymentError: when there is none.
            ThrottledError: when too many writers want the same.
        """

        def write(_attempt: int) -> Payment:
            before = self.get(payment_id)
            after = change(before)
            if after is before:
                return before
            now = datetime.now(UTC)
            after = replace(after, version=before.version + 1, updated_at=now.isoformat())
            self._table.transact(
                [
                    Put(item=record(after), condition=version_is(before.version)),
                    *ledger_writes(entries_of(before, after), at=now),
                    *_outbox(before, after, correlation_id),
                ]
            )
            return after

        return until_written(write, what=f"payment {payment_id}")

    def request_void(self, payment_id: str, *, correlation_id: str) -> Payment | None:
        """Give a payment after it was asked to be voided; None when there is none, and never will be from now on.

        Raises:
            PaymentStateError: its amount was taken.
            ThrottledError: when too many writers want the same.
        """

        def write(_attempt: int) -> Payment | None:
            if self.find(payment_id) is not None:
                return self.change(payment_id, Payment.with_void_requested, correlation_id=correlation_id)
            mark = {"pk": payment_key(payment_id), "sk": VOID_MARK}
            self._table.transact([Put(item=mark), Check(pk=payment_key(payment_id), sk=PAYMENT, condition=ABSENT)])
            return None

        return until_written(write, what=f"payment {payment_id}")

    def _is_marked(self, payment_id: str) -> bool:
        return self._table.get(payment_key(payment_id), VOID_MARK, consistent=True) is not None


def _outbox(before: Payment, after: Payment, correlation_id: str) -> list[Operation]:
    trace_header = current_trace_header()
    told = announcements(before, after, correlation_id=correlation_id, trace_header=trace_header)
    return [outbox_record(event) for event in told]
