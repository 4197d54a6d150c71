"""Pricing listens to the catalog: what is published has a price. And it answers for whom it knows."""

from __future__ import annotations

from functools import cache

from contracts.product_events import ProductDeleted, ProductPublished, ProductUnpublished
from edge.event_application import EventApplication, Taken
from personal_data.answers import CalledAnswers
from personal_data.requests import answer_requests
from pricing.persons import SavingPerson
from pricing.sku_price import copied
from product_copies.repository import ProductCopies
from store.table import Table

handler = EventApplication()


@cache
def pricing_table() -> Table:
    """Give pricing's table, opened once a process."""
    return Table()


answer_requests(handler, pricing_table, SavingPerson, answers=CalledAnswers("pricing"))


@handler.on(ProductPublished)
def take_published(event: ProductPublished) -> Taken:
    """Keep the prices of a product's SKUs."""
    return {"product_id": event.data.id, "news": _copies().publish(event.data)}


@handler.on(ProductUnpublished)
def take_unpublished(event: ProductUnpublished) -> Taken:
    """Forget the prices of a product that became a draft."""
    return {"product_id": event.data.id, "news": _copies().remove(event.data)}


@handler.on(ProductDeleted)
def take_deleted(event: ProductDeleted) -> Taken:
    """Forget the prices of a product that is gone."""
    return {"product_id": event.data.id, "news": _copies().remove(event.data)}


def _copies() -> ProductCopies:
    return ProductCopies(pricing_table(), copied=copied)
