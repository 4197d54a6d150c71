"""The event that tells of a change, as one more write of the transaction that makes it."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.inventory_events import StockChanged, StockChangeReason, StockChanges, StockDelta
from inventory.allocation import Part
from inventory.stock import Stock
from outbox.record import current_trace_header, outbox_record
from store.operations import Put


def stock_changed(
    reason: StockChangeReason, changes: Iterable[StockDelta], *, reference: str | None, correlation_id: str
) -> Put:
    """Give the write that puts ``StockChanged`` into the outbox.

    Args:
        reason: what happened.
        changes: each SKU and location once.
        reference: what it happened for.
        correlation_id: of the request that asked for it.
    """
    data = StockChanges(reason=reason, reference=reference, changes=tuple(changes))
    event = StockChanged.of(data, correlation_id=correlation_id, trace_header=current_trace_header())
    return outbox_record(event)


def deltas(parts: Iterable[Part], *, on_hand: int = 0, reserved: int = 0) -> list[StockDelta]:
    """Give the changes of locations from which parts are taken or to which they come back, one for each location.

    Args:
        parts: from where and how many.
        on_hand: what happens to each of them: -1 when it leaves, 1 when it comes back.
        reserved: -1 when it is no longer promised, 1 when it is.
    """
    return by_location(
        StockDelta(
            sku=part.sku, location=part.location, on_hand=on_hand * part.quantity, reserved=reserved * part.quantity
        )
        for part in parts
    )


def by_location(changes: Iterable[StockDelta]) -> list[StockDelta]:
    """Give the changes of a location's records as one: nobody else knows of records."""
    sums: dict[tuple[str, str], StockDelta] = {}
    for change in changes:
        place = (change.sku, change.location)
        known = sums.get(place)
        sums[place] = (
            StockDelta(
                sku=change.sku,
                location=change.location,
                on_hand=known.on_hand + change.on_hand,
                reserved=known.reserved + change.reserved,
            )
            if known
            else change
        )
    return list(sums.values())


def difference(after: Stock, before: Stock | None) -> StockDelta:
    """Give the change that a count makes to a record; before it there may have been none."""
    counted = after.on_hand - (before.on_hand if before else 0)
    return StockDelta(sku=after.sku, location=after.location, on_hand=counted, reserved=0)
