"""Shipping hears of weights from the catalog, of what is to be shipped from orders, and answers for whom it knows."""

from __future__ import annotations

from collections import Counter
from functools import cache

from contracts.order_events import OrderCancelled, OrderConfirmed
from contracts.product_events import ProductDeleted, ProductPublished, ProductUnpublished
from edge.event_application import EventApplication, Taken
from personal_data.answers import CalledAnswers
from personal_data.requests import answer_requests
from product_copies.repository import ProductCopies
from shipping.fulfilment_repository import FulfilmentRepository
from shipping.persons import ReceivingPerson
from shipping.sku_weight import copied
from store.table import Table

handler = EventApplication()


@cache
def shipping_table() -> Table:
    """Give shipping's table, opened once a process."""
    return Table()


answer_requests(handler, shipping_table, ReceivingPerson, answers=CalledAnswers("shipping"))


@handler.on(OrderConfirmed)
def take_confirmed(event: OrderConfirmed) -> Taken:
    """Begin to ship an order."""
    order = event.data
    items = Counter[str]()
    for line in order.lines:
        items[line.sku] += line.quantity
    news = FulfilmentRepository(shipping_table()).open(order.order_id, customer_id=order.customer_id, items=items)
    return {"order_number": order.number, "news": news}


@handler.on(OrderCancelled)
def take_cancelled(event: OrderCancelled) -> Taken:
    """Ship nothing more of an order."""
    order = event.data
    news = FulfilmentRepository(shipping_table()).cancel(order.order_id, customer_id=order.customer_id)
    return {"order_number": order.number, "news": news}


@handler.on(ProductPublished)
def take_published(event: ProductPublished) -> Taken:
    """Keep the weights of a product's SKUs."""
    return {"product_id": event.data.id, "news": _copies().publish(event.data)}


@handler.on(ProductUnpublished)
def take_unpublished(event: ProductUnpublished) -> Taken:
    """Forget the weights of a product that became a draft."""
    return {"product_id": event.data.id, "news": _copies().remove(event.data)}


@handler.on(ProductDeleted)
def take_deleted(event: ProductDeleted) -> Taken:
    """Forget the weights of a product that is gone."""
    return {"product_id": event.data.id, "news": _copies().remove(event.data)}


def _copies() -> ProductCopies:
    return ProductCopies(shipping_table(), copied=copied)
