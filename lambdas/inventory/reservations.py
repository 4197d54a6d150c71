"""Reservations in the table: held, committed or released together with the stock they are of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from contracts.inventory_events import StockChangeReason
from inventory.allocation import InsufficientStockError, Part
from inventory.planning import Plan
from inventory.record import move_stock
from inventory.reservation import (
    Reservation,
    ReservationCommittedError,
    ReservationReleasedError,
)
from inventory.reservation_record import (
    HELD_INDEX,
    HELD_SHARDS,
    RESERVATION,
    instant,
    put_reservation,
    read_reservation,
    reservation_key,
)
from inventory.stock_events import deltas, stock_changed
from store.contention import until_written
from store.errors import TransactionCanceledError
from store.operations import Operation
from store.table import Table

ATTEMPTS = 20
LONGEST_PAUSE_SECONDS = 1.0
"""Of 200 writers of one record, each holding it for 12 ms, none gives up; with the usual ten attempts half of them
do."""

SWEPT_AT_ONCE = 25

_nothing_run_out: dict[str, str] = {}
"""When a sweep found nothing: with too little stock for many, they would all sweep at once."""

_READERS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="sweep")

ResultT = TypeVar("ResultT")

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Give the present time."""
    return datetime.now(UTC)


class ReservationRepository:
    """Holds, commits and releases stock; each is one transaction with the event that tells of it.

    Args:
        table: the inventory.
        clock: gives the present time.
    """

    def __init__(self, table: Table, *, clock: Clock = utc_now) -> None:
        self._table = table
        self._clock = clock

    def find(self, reservation_id: str) -> Reservation | None:
        """Give a reservation as it is after every write so far, or None when there is none."""
        found = self._table.get(reservation_key(reservation_id), RESERVATION, consistent=True)
        return read_reservation(found) if found else None

    def hold(
        self, reservation_id: str, items: Mapping[str, int], *, seconds: int, correlation_id: str
    ) -> tuple[Reservation, bool]:
        """Hold stock for an order, all of it or nothing; say whether that is new.

        Args:
            reservation_id: chosen by the caller.
            items: how many of each SKU.
            seconds: how long.
            correlation_id: of the request that asks for it.

        Raises:
            InsufficientStockError: when there is not enough, even after releasing what has run out.
            TooManyPartsError: when the stock lies in too many places.
            ReservationReleasedError: when it was released, or has run out.
            ReservationDiffersError: when it is of other items.
            ThrottledError: when too many writers want the same stock.
        """
        swept = False
        plan = Plan(self._table, reservation_id, items)

        def planned() -> tuple[Part, ...]:
            nonlocal swept
            try:
                return plan.parts()
            except InsufficientStockError:
                if swept or not self._release_run_out_once(correlation_id):
                    raise
                swept = True
                return plan.parts()

        def write(_attempt: int) -> tuple[Reservation, bool]:
            now = self._clock()
            found = self.find(reservation_id)
            if found is not None:
                found.check_same(items)
                if found.has_run_out(now):
                    self.release(reservation_id, correlation_id=correlation_id)
                    raise ReservationReleasedError(f"the reservation {reservation_id} has run out")
                return found, False
            parts = planned()
            expires_at = now.replace(microsecond=0) + timedelta(seconds=seconds)
            reservation = Reservation(id=reservation_id, status="held", items=items, parts=parts, expires_at=expires_at)
            try:
                self._table.transact(
                    [
                        put_reservation(reservation, replacing_held=False, now=now),
                        *_movements(parts, "reserved", reservation_id, correlation_id, reserved=1),
                    ]
                )
            except TransactionCanceledError as error:
                plan.refused(error, parts)
                raise
            plan.made()
            return reservation, True

        return self._contended(write, reservation_id)

    def commit(self, reservation_id: str, *, correlation_id: str) -> Reservation | None:
        """Let the stock leave; None when there is no such reservation.

        One that has run out can be committed until somebody releases it: its stock is still there.

        Raises:
            ReservationReleasedError: when it was released.
            ThrottledError: when too many writers want the same stock.
        """

        def write(_attempt: int) -> Reservation | None:
            found = self.find(reservation_id)
            if found is None:
                return None
            committed = found.committed()
            if committed is not found:
                self._table.transact(
                    [
                        put_reservation(committed, replacing_held=True, now=self._clock()),
                        *_movements(found.parts, "committed", reservation_id, correlation_id, on_hand=-1, reserved=-1),
                    ]
                )
            return committed

        return self._contended(write, reservation_id)

    def release(self, reservation_id: str, *, correlation_id: str) -> None:
        """Make the stock available again, and refuse the reservation from now on, even if there is none yet.

        Raises:
            ReservationCommittedError: when the stock has left.
            ThrottledError: when too many writers want the same stock.
        """

        def write(_attempt: int) -> None:
            now = self._clock()
            found = self.find(reservation_id)
            if found is None:
                mark = Reservation(id=reservation_id, status="released", items={}, parts=(), expires_at=now)
                self._table.write(put_reservation(mark, replacing_held=False, now=now))
                return
            released = found.released()
            if released is not found:
                self._table.transact(
                    [
                        put_reservation(released, replacing_held=True, now=now),
                        *_movements(found.parts, "released", reservation_id, correlation_id, reserved=-1),
                    ]
                )

        self._contended(write, reservation_id)

    def release_run_out(self, *, correlation_id: str) -> int:
        """Release what has run out, 25 of each of the index's partitions at most; say how many were found."""
        found = [reservation_id for ids in _READERS.map(self._run_out, range(HELD_SHARDS)) for reservation_id in ids]
        for reservation_id in found:
            try:
                self.release(reservation_id, correlation_id=correlation_id)
            except ReservationCommittedError:
                continue  # somebody committed it at the last moment
        return len(found)

    def _release_run_out_once(self, correlation_id: str) -> int:
        # Times are of whole seconds: where nothing had run out, nothing more will within the same one.
        now = instant(self._clock())
        if _nothing_run_out.get(self._table.name) == now:
            return 0
        found = self.release_run_out(correlation_id=correlation_id)
        if not found:
            _nothing_run_out[self._table.name] = now
        return found

    def _run_out(self, shard: int) -> list[str]:
        records = self._table.query(
            "held_shard = :shard AND held_until <= :now",
            values={":shard": str(shard), ":now": instant(self._clock())},
            index=HELD_INDEX,
            limit=SWEPT_AT_ONCE,
        )
        return [read_reservation(record).id for record in records]

    def _contended(self, write: Callable[[int], ResultT], reservation_id: str) -> ResultT:
        return until_written(
            write,
            what=f"the stock of reservation {reservation_id}",
            attempts=ATTEMPTS,
            longest_pause=LONGEST_PAUSE_SECONDS,
        )


def _movements(
    parts: tuple[Part, ...],
    reason: StockChangeReason,
    reservation_id: str,
    correlation_id: str,
    *,
    on_hand: int = 0,
    reserved: int = 0,
) -> list[Operation]:
    moves: list[Operation] = [
        move_stock(
            part.sku,
            part.location,
            shard=part.shard,
            on_hand=on_hand * part.quantity,
            reserved=reserved * part.quantity,
        )
        for part in parts
    ]
    changes = deltas(parts, on_hand=on_hand, reserved=reserved)
    return [*moves, stock_changed(reason, changes, reference=reservation_id, correlation_id=correlation_id)]
