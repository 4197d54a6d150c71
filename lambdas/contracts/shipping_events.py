"""The events of shipping."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.envelope import DomainEvent
from contracts.model import Contract, Identifier
from contracts.order import Label, OrderedItem
from contracts.pricing import MAXIMUM_LINES


class Shipment(Contract):
    """Goods of one order that travel together.

    Attributes:
        shipment_id: unique among all shipments.
        order_id: of the order.
        items: what is in it, each SKU once.
        carrier: who carries it, as customers know it.
        tracking_number: the carrier's; None when there is none.
        complete: whether it is the last one: with it everything of the order that will be shipped has been.
    """

    shipment_id: Identifier
    order_id: Identifier
    items: Annotated[tuple[OrderedItem, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_LINES)]
    carrier: Label
    tracking_number: Annotated[str, Field(min_length=1, max_length=100)] | None
    complete: bool


class ShipmentDispatched(DomainEvent[Shipment]):
    """A parcel has left the warehouse."""

    source: ClassVar[str] = "storefront.shipping"
    detail_type: ClassVar[str] = "ShipmentDispatched"


class ShipmentDelivered(DomainEvent[Shipment]):
    """A parcel has reached the customer."""

    source: ClassVar[str] = "storefront.shipping"
    detail_type: ClassVar[str] = "ShipmentDelivered"
