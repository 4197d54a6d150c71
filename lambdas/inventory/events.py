"""The inventory listens to the catalog: what is published gets a stock record."""

from __future__ import annotations

from functools import cache

from contracts.product_events import ProductPublished
from edge.event_application import EventApplication, Taken
from inventory.repository import StockRepository
from store.table import Table

handler = EventApplication()


@cache
def stock_repository() -> StockRepository:
    """Give the process's repository, its table opened once."""
    return StockRepository(Table())


@handler.on(ProductPublished)
def start_records(event: ProductPublished) -> Taken:
    """Start a record for each new SKU. Twice or late it changes nothing: a record that exists stays as it is."""
    started = [sku for sku in event.data.skus if stock_repository().ensure(sku)]
    return {"product_id": event.data.id, "stock_records_started": started}
