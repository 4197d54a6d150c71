"""Which events partners may have, and what they are told of each: what is public or the shop's own, never a person.

Ids of orders, carts, checkouts and reservations are left out: whoever knows a guest's may read it. So are names,
addresses, and reasons in words, which customers write. Of payments and shipments nothing would be left to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from contracts.category_events import CategoryChanged, CategoryDeleted
from contracts.envelope import DomainEvent
from contracts.inventory_events import StockChanged, StockLow
from contracts.model import Contract
from contracts.order_events import OrderCancelled, OrderConfirmed, OrderReturned
from contracts.product_events import ProductDeleted, ProductPublished, ProductUnpublished

EventType = Literal[
    "product.published",
    "product.unpublished",
    "product.deleted",
    "category.changed",
    "category.deleted",
    "stock.changed",
    "stock.low",
    "order.confirmed",
    "order.cancelled",
    "order.returned",
]
"""What subscriptions name."""

Told = Mapping[str, object]

_ORDER = {
    "number",
    "currency",
    "lines",
    "subtotal",
    "discount",
    "shipping",
    "tax",
    "total",
    "shipping_option",
    "placed_at",
}


def _all(data: Contract) -> Told:
    return data.model_dump(mode="json")


def _only(*names: str) -> Callable[[Contract], Told]:
    return lambda data: data.model_dump(mode="json", include=set(names))


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An event that partners may have.

    Attributes:
        contract: of the event.
        told: gives what they are told of it.
    """

    contract: type[DomainEvent[Contract]]
    told: Callable[[Contract], Told]


OFFERS: Mapping[EventType, Offer] = {
    "product.published": Offer(contract=ProductPublished, told=_all),
    "product.unpublished": Offer(contract=ProductUnpublished, told=_all),
    "product.deleted": Offer(contract=ProductDeleted, told=_all),
    "category.changed": Offer(contract=CategoryChanged, told=_all),
    "category.deleted": Offer(contract=CategoryDeleted, told=_all),
    "stock.changed": Offer(contract=StockChanged, told=_only("reason", "changes")),
    "stock.low": Offer(contract=StockLow, told=_all),
    "order.confirmed": Offer(contract=OrderConfirmed, told=_only(*_ORDER)),
    "order.cancelled": Offer(contract=OrderCancelled, told=_only(*_ORDER, "restocked", "refund")),
    "order.returned": Offer(contract=OrderReturned, told=_only(*_ORDER, "return_id", "returned", "refund")),
}
"""By type."""

TYPES = {offer.contract: name for name, offer in OFFERS.items()}
"""The type of each contract."""


def payload_of(event: DomainEvent[Contract]) -> dict[str, object]:
    """Give what is sent of an event, in the form that Standard Webhooks recommends."""
    event_type = TYPES[event.__class__]
    return {
        "type": event_type,
        "timestamp": event.model_dump(mode="json")["metadata"]["occurred_at"],
        "data": OFFERS[event_type].told(event.data),
    }
