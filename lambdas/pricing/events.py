"""Pricing listens to the catalog: what is published has a price."""

from __future__ import annotations

from functools import cache

from contracts.product_events import ProductDeleted, ProductPublished, ProductUnpublished
from edge.event_application import EventApplication, Taken
from pricing.sku_price import copied
from product_copies.repository import ProductCopies
from store.table import Table

handler = EventApplication()


@cache
def product_copies() -> ProductCopies:
    """Give the process's copies, their table opened once."""
    return ProductCopies(Table(), copied=copied)


@handler.on(ProductPublished)
def take_published(event: ProductPublished) -> Taken:
    """Keep the prices of a product's SKUs."""
    return {"product_id": event.data.id, "news": product_copies().publish(event.data)}


@handler.on(ProductUnpublished)
def take_unpublished(event: ProductUnpublished) -> Taken:
    """Forget the prices of a product that became a draft."""
    return {"product_id": event.data.id, "news": product_copies().remove(event.data)}


@handler.on(ProductDeleted)
def take_deleted(event: ProductDeleted) -> Taken:
    """Forget the prices of a product that is gone."""
    return {"product_id": event.data.id, "news": product_copies().remove(event.data)}
