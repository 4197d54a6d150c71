"""The cart service listens: which SKUs there are, which cart became an order, and whose data are asked for."""

from __future__ import annotations

from functools import cache

from cart.known_skus import known_skus
from cart.persons import ShoppingPerson
from cart.repository import CartRepository
from contracts.checkout_events import CheckoutCompleted
from contracts.product_events import ProductDeleted, ProductPublished, ProductUnpublished
from edge.event_application import EventApplication, Taken
from personal_data.answers import CalledAnswers
from personal_data.requests import answer_requests
from store.table import Table

handler = EventApplication()


@cache
def cart_table() -> Table:
    """Give the process's table, opened once."""
    return Table()


answer_requests(handler, cart_table, ShoppingPerson, answers=CalledAnswers("cart"))


@handler.on(ProductPublished)
def take_published(event: ProductPublished) -> Taken:
    """Know the SKUs of a product."""
    return {"product_id": event.data.id, "news": known_skus(cart_table()).publish(event.data)}


@handler.on(ProductUnpublished)
def take_unpublished(event: ProductUnpublished) -> Taken:
    """Forget the SKUs of a product that became a draft; carts keep them, as not available."""
    return {"product_id": event.data.id, "news": known_skus(cart_table()).remove(event.data)}


@handler.on(ProductDeleted)
def take_deleted(event: ProductDeleted) -> Taken:
    """Forget the SKUs of a product that is gone; carts keep them, as not available."""
    return {"product_id": event.data.id, "news": known_skus(cart_table()).remove(event.data)}


@handler.on(CheckoutCompleted)
def take_completed(event: CheckoutCompleted) -> Taken:
    """Close the cart that became an order. A cart that expired since is none any more, which is as good."""
    done = event.data
    news = CartRepository(cart_table()).order(done.cart_id, order_id=done.order_id, checkout_id=done.checkout_id)
    return {"cart_id": done.cart_id, "order_id": done.order_id, "news": news}
