"""The inventory listens: to the catalog, to orders, to itself and to the clock.

From them come new SKUs, goods that were given back, stock that ran low, and the moment to release what has run out.
"""

from __future__ import annotations

from functools import cache

from contracts.inventory_events import StockChanged
from contracts.order_events import OrderCancelled, OrderReturned
from contracts.product_events import ProductPublished
from contracts.schedule_events import ReservationSweepDue
from edge.event_application import EventApplication, Taken
from inventory.low_stock import watch
from inventory.repository import StockRepository
from inventory.reservations import ReservationRepository
from inventory.restock import at_default, back_where_taken, restock
from store.table import Table

handler = EventApplication()


@cache
def inventory_table() -> Table:
    """Give the process's table, opened once."""
    return Table()


@handler.on(ProductPublished)
def start_records(event: ProductPublished) -> Taken:
    """Start a record for each new SKU. Twice or late it changes nothing: a record that exists stays as it is."""
    stock = StockRepository(inventory_table())
    started = [sku for sku in event.data.skus if stock.ensure(sku)]
    return {"product_id": event.data.id, "stock_records_started": started}


@handler.on(OrderCancelled)
def take_back_unshipped(event: OrderCancelled) -> Taken:
    """Put what was never shipped back to where it was taken from."""
    items = {item.sku: item.quantity for item in event.data.restocked}
    if not items:
        return {"order_id": event.data.order_id, "restocked": False}
    table = inventory_table()
    parts = back_where_taken(items, ReservationRepository(table).find(event.data.reservation_id))
    order = event.data.order_id
    done = restock(table, parts, reason="order-cancelled", reference=order, event=event.metadata)
    return {"order_id": order, "restocked": done}


@handler.on(OrderReturned)
def take_back_returned(event: OrderReturned) -> Taken:
    """Put what came back to the default location: only a merchant's hands know another."""
    parts = at_default({item.sku: item.quantity for item in event.data.returned})
    back = event.data.return_id
    done = restock(inventory_table(), parts, reason="order-returned", reference=back, event=event.metadata)
    return {"return_id": back, "restocked": done}


@handler.on(StockChanged)
def look_for_low_stock(event: StockChanged) -> Taken:
    """Tell of SKUs that fell to their threshold. The outbox brings every change here, so that none goes unseen."""
    counted = event.data.reason == "counted"
    table, correlation_id = inventory_table(), event.metadata.correlation_id
    return {"low": watch(table, event.data.changes, counted=counted, correlation_id=correlation_id)}


@handler.on(ReservationSweepDue)
def release_run_out(event: ReservationSweepDue) -> Taken:
    """Release what has run out; what is left over is released by the next one."""
    reservations = ReservationRepository(inventory_table())
    return {"released": reservations.release_run_out(correlation_id=event.metadata.correlation_id)}
