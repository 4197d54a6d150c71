"""Shipping's operations."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import AwareDatetime, Field

from api_description.operation import Answer, Body, Operation, Parameter, Tag
from api_description.page import Page
from api_description.parameters import PAGE
from api_description.problem_kinds import ProblemKind, conflict, not_found
from contracts.model import Contract, Identifier
from contracts.order import OrderedItem
from contracts.shipping import ShippingQuote, ShippingQuoteRequest
from shipping.shipment import MAXIMUM_EVENTS, Reported, Status
from shipping.shipment_input import ShipmentInput, TrackingEventInput

SHIPPING = Tag("Shipping", "How orders travel, what it costs, and where they are.")

Instant = Annotated[AwareDatetime, Field(description="RFC 3339 in UTC.")]


class TrackingEvent(Contract):
    """What a carrier said.

    Attributes:
        status: what had become of the parcel.
        occurred_at: when.
        location: where, as the carrier writes it.
        description: what else it said.
    """

    status: Reported
    occurred_at: Instant
    location: str | None
    description: str | None


class Shipment(Contract):
    """A parcel.

    Attributes:
        id: of the shipment.
        order_id: what it is a part of.
        status: what has become of it.
        items: what is in it, by SKU.
        carrier: who carries it.
        tracking_number: the carrier's.
        created_at: when it was packed.
        events: what the carrier said, in the order in which it happened.
    """

    id: Identifier
    order_id: Identifier
    status: Status
    items: list[OrderedItem]
    carrier: str
    tracking_number: str | None
    created_at: Instant
    events: Annotated[list[TrackingEvent], Field(max_length=MAXIMUM_EVENTS)]


class ShipmentPage(Page[Shipment]):
    """Shipments of an order, the first packed first.

    Attributes:
        outstanding: what is still to be shipped, by SKU.
    """

    outstanding: list[OrderedItem]


ID = (Parameter("id", Identifier, "The shipment.", example="6f0e4a2a9a2e0d2f6c1f7f555b0f7a9e"),)
ORDER = (Parameter("id", Identifier, "The order.", example="9c3e1d5a7b2f4e60"),)

ITEMS: list[dict[str, object]] = [{"sku": "enamel-mug-blue", "quantity": 2}]
OFFER: dict[str, object] = {
    "id": "standard",
    "name": "Standard",
    "price": {"currency": "USD", "amount": 500},
    "promise": {"min_days": 3, "max_days": 5},
}
PACKED: dict[str, object] = {
    "order_id": "9c3e1d5a7b2f4e60",
    "items": ITEMS,
    "carrier": "UPS",
    "tracking_number": "1Z999AA10123456784",
}
SAID: dict[str, object] = {"status": "in_transit", "occurred_at": "2026-11-24T05:12:00Z", "location": "Louisville, KY"}
STORED: dict[str, object] = PACKED | {
    "id": "6f0e4a2a9a2e0d2f6c1f7f555b0f7a9e",
    "status": "in_transit",
    "created_at": "2026-11-23T16:05:12.482Z",
    "events": [SAID | {"description": None}],
}
NO_SHIPMENT = not_found("there is no shipment '6f0e4a2a9a2e0d2f6c1f7f555b0f7a9e'")
EXCEEDED = ProblemKind(
    HTTPStatus.CONFLICT,
    "quantity-exceeded",
    "the shipment holds more than order 9c3e1d5a7b2f4e60 has left",
    errors=(
        {
            "pointer": "/items/0/quantity",
            "detail": "is 2; 1 of enamel-mug-blue are left to be shipped",
            "code": "quantity_exceeded",
        },
    ),
)

OPERATIONS = [
    Operation(
        "POST /v1/shipping/quotes",
        id="quoteShipping",
        tag=SHIPPING,
        summary="Ask how items can travel, and what it costs",
        description="Nothing changes.",
        body=Body(
            ShippingQuoteRequest,
            example={
                "destination": {"country": "US", "region": "MN", "postal_code": "55401"},
                "items": ITEMS,
                "currency": "USD",
            },
        ),
        answers=[Answer(HTTPStatus.OK, "The offers.", ShippingQuote, example={"items": [OFFER], "next": None})],
    ),
    Operation(
        "POST /v1/shipments",
        id="createShipment",
        tag=SHIPPING,
        summary="Pack a shipment of an order",
        body=Body(ShipmentInput, example=PACKED),
        idempotency_key="optional",
        answers=[
            Answer(HTTPStatus.CREATED, "It is packed.", Shipment, example=STORED, headers=("Location", "ETag")),
        ],
        problems=[
            EXCEEDED,
            conflict("order-cancelled", "order 9c3e1d5a7b2f4e60 is cancelled"),
            conflict("too-many-shipments", "order 9c3e1d5a7b2f4e60 has 200 shipments"),
        ],
    ),
    Operation(
        "GET /v1/shipments/{id}",
        id="getShipment",
        tag=SHIPPING,
        summary="Read a shipment",
        description="Who knows the id of a guest's shipment may read it; a customer's is the customer's own.",
        path=ID,
        safe="cached",
        answers=[Answer(HTTPStatus.OK, "The shipment.", Shipment, example=STORED)],
        problems=[NO_SHIPMENT],
    ),
    Operation(
        "POST /v1/shipments/{id}/events",
        id="trackShipment",
        tag=SHIPPING,
        summary="Say what a carrier says of a shipment",
        description="In any order and any number of times: what is known already changes nothing.",
        path=ID,
        body=Body(TrackingEventInput, example=SAID),
        answers=[Answer(HTTPStatus.OK, "The shipment as it is now.", Shipment, example=STORED, headers=("ETag",))],
        problems=[
            NO_SHIPMENT,
            conflict("too-many-events", "shipment 6f0e4a2a9a2e0d2f6c1f7f555b0f7a9e has 200 events"),
        ],
    ),
    Operation(
        "GET /v1/orders/{id}/shipments",
        id="listShipmentsOfOrder",
        tag=SHIPPING,
        summary="List the shipments of an order",
        path=ORDER,
        query=PAGE,
        answers=[
            Answer(
                HTTPStatus.OK,
                "A page, and what is still to be shipped.",
                ShipmentPage,
                example={"items": [STORED], "outstanding": [], "next": None},
            )
        ],
        problems=[not_found("there is nothing to ship of order '9c3e1d5a7b2f4e60'")],
    ),
]
