"""What orders give back: goods that were never shipped, and goods that came back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from contracts.envelope import EventMetadata
from contracts.inventory_events import StockChangeReason
from inbox.record import inbox_record, was_taken
from inventory.allocation import Part
from inventory.record import move_stock
from inventory.repository import StockRepository
from inventory.reservation import Reservation
from inventory.stock import DEFAULT_LOCATION
from inventory.stock_events import deltas, stock_changed
from store.contention import until_written
from store.operations import Operation
from store.table import Table


def back_where_taken(items: Mapping[str, int], reservation: Reservation | None) -> tuple[Part, ...]:
    """Say where goods go that never left: where they were taken from, and for the rest to the default location.

    Args:
        items: how many of each SKU.
        reservation: what took them, if it is still known.
    """
    left = dict(items)
    parts: list[Part] = []
    for part in reservation.parts if reservation else ():
        if (back := min(part.quantity, left.get(part.sku, 0))) > 0:
            left[part.sku] -= back
            parts.append(replace(part, quantity=back))
    return _joined([*parts, *at_default({sku: quantity for sku, quantity in left.items() if quantity})])


def at_default(items: Mapping[str, int]) -> tuple[Part, ...]:
    """Say that goods go to the default location."""
    return tuple(Part(sku=sku, location=DEFAULT_LOCATION, quantity=quantity) for sku, quantity in items.items())


def restock(
    table: Table, parts: tuple[Part, ...], *, reason: StockChangeReason, reference: str, event: EventMetadata
) -> bool:
    """Put goods back into stock, once for an event; say whether that is new.

    Args:
        table: the inventory.
        parts: what goes where.
        reason: why.
        reference: the order or return.
        event: the event that says so.

    Raises:
        ThrottledError: when too many writers want the same stock.
    """

    def write(_attempt: int) -> bool:
        if was_taken(table, event):
            return False
        _ensure(StockRepository(table), parts)
        moves: list[Operation] = [
            move_stock(part.sku, part.location, shard=part.shard, on_hand=part.quantity) for part in parts
        ]
        told = stock_changed(reason, deltas(parts, on_hand=1), reference=reference, correlation_id=event.correlation_id)
        table.transact([inbox_record(event), *moves, told])
        return True

    return until_written(write, what=f"the stock of {reference}")


def _ensure(stock: StockRepository, parts: tuple[Part, ...]) -> None:
    skus = {part.sku for part in parts}
    for sku in skus - stock.find_many(skus).keys():
        stock.ensure(sku)


def _joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    quantities: dict[Part, int] = {}
    for part in parts:
        place = replace(part, quantity=0)
        quantities[place] = quantities.get(place, 0) + part.quantity
    return tuple(replace(place, quantity=quantity) for place, quantity in quantities.items())
