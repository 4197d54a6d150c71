"""The inventory's operations."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api_description.operation import Answer, Body, Operation, Parameter, Tag
from api_description.page import Page
from api_description.parameters import PAGE
from api_description.problem_kinds import ProblemKind, conflict, not_found
from contracts.model import Contract, Identifier
from contracts.reservation import Reservation, ReservationRequest
from inventory.stock import MAXIMUM_LOCATIONS, MAXIMUM_ON_HAND
from inventory.stock_input import AdjustmentInput, LocationInput, StockInput

STOCK = Tag("Stock", "How much of each SKU there is, and what is held for orders.")


class LocationStock(Contract):
    """How many of a SKU there are in one location.

    Attributes:
        location: where.
        on_hand: in the warehouse, those reserved for orders included; negative for back-orders that were committed.
        reserved: promised to orders that have not left yet.
        available: how many can still be promised.
    """

    location: Identifier
    on_hand: Annotated[int, Field(le=MAXIMUM_ON_HAND)]
    reserved: Annotated[int, Field(ge=0)]
    available: int


class Backorder(Contract):
    """Whether more may be promised than there are.

    Attributes:
        limit: how many more.
    """

    limit: Annotated[int, Field(ge=0)]


class Stock(Contract):
    """How many of a SKU there are in all locations.

    Attributes:
        sku: stock keeping unit.
        on_hand: in the warehouses, those reserved for orders included; negative for back-orders that were committed.
        reserved: promised to orders that have not left yet.
        available: how many can still be promised.
        locations: where, when it is in more than one location.
        backorder: back-orders, when the merchant allows them.
        low_stock_at: at how many the merchant wants to hear of it, if at all.
    """

    sku: Identifier
    on_hand: int
    reserved: Annotated[int, Field(ge=0)]
    available: int
    locations: Annotated[list[LocationStock], Field(max_length=MAXIMUM_LOCATIONS)] = Field(default_factory=list)
    backorder: Backorder | None = None
    low_stock_at: Annotated[int, Field(ge=0, le=MAXIMUM_ON_HAND)] | None = None


class Adjustment(Contract):
    """A difference that a merchant found.

    Attributes:
        id: of the adjustment.
        sku: stock keeping unit.
        location: where.
        delta: how many more there are; negative for fewer.
        reason: why.
        created_at: when it was made.
    """

    id: Identifier
    sku: Identifier
    location: Identifier
    delta: int
    reason: Literal["damaged", "lost", "found", "returned", "correction"]
    created_at: AwareDatetime


class AdjustmentPage(Page[Adjustment]):
    """Adjustments of a SKU, newest first."""


SKU = Parameter("sku", Identifier, "Stock keeping unit.", example="enamel-mug-blue")
LOCATION = Parameter("location", Identifier, "A place where stock is kept.", example="warehouse-north")
ID = (Parameter("id", Identifier, "The reservation, by an id that the caller chose.", example="checkout-7f3a"),)

BLUE_MUGS: dict[str, object] = {"sku": "enamel-mug-blue", "on_hand": 20, "reserved": 3, "available": 17}
DAMAGED: dict[str, object] = {"delta": -2, "reason": "damaged"}
MADE: dict[str, object] = DAMAGED | {
    "id": "5b0f7a9e-6f0e-4a2a-9a2e-0d2f6c1f7f55",
    "sku": "enamel-mug-blue",
    "location": "default",
    "created_at": "2026-11-23T16:05:12.482Z",
}
ITEMS: list[dict[str, object]] = [{"sku": "enamel-mug-blue", "quantity": 2}]
HELD: dict[str, object] = {
    "id": "checkout-7f3a",
    "status": "held",
    "items": ITEMS,
    "expires_at": "2026-11-23T17:05:12Z",
}

NO_STOCK = not_found("there is no stock record of SKU 'enamel-mug-blue'")
BELOW_RESERVED = conflict("stock-below-reserved", "on_hand is 2, but 3 of enamel-mug-blue are reserved")
TOO_MANY_LOCATIONS = conflict("too-many-locations", "enamel-mug-blue is in 20 locations already")
RELEASED = conflict("reservation-released", "the reservation checkout-7f3a was released")
INSUFFICIENT = ProblemKind(
    HTTPStatus.CONFLICT,
    "insufficient-stock",
    "there is not enough of 1 of 1 SKUs; nothing is held",
    errors=(
        {"pointer": "/items/0", "detail": "2 of enamel-mug-blue wanted, 1 available", "code": "insufficient_stock"},
    ),
)

OPERATIONS = [
    Operation(
        "GET /v1/inventory/{sku}",
        id="getStock",
        tag=STOCK,
        summary="Read the stock of a SKU",
        path=(SKU,),
        safe="cached",
        answers=[Answer(HTTPStatus.OK, "The stock.", Stock, example=BLUE_MUGS)],
        problems=[NO_STOCK],
    ),
    Operation(
        "PUT /v1/inventory/{sku}",
        id="putStock",
        tag=STOCK,
        summary="Count the stock of a SKU",
        description="Sets how many are in the default location. What is left out besides `on_hand` stays as it is.",
        path=(SKU,),
        body=Body(StockInput, example={"on_hand": 20}),
        safe="conditional",
        answers=[Answer(HTTPStatus.OK, "The stock as it is now.", Stock, example=BLUE_MUGS)],
        problems=[BELOW_RESERVED, TOO_MANY_LOCATIONS],
    ),
    Operation(
        "PUT /v1/inventory/{sku}/locations/{location}",
        id="putStockOfLocation",
        tag=STOCK,
        summary="Count the stock of a SKU in one location",
        path=(SKU, LOCATION),
        body=Body(LocationInput, example={"on_hand": 20}),
        safe="conditional",
        answers=[Answer(HTTPStatus.OK, "The stock as it is now.", Stock, example=BLUE_MUGS)],
        problems=[BELOW_RESERVED, TOO_MANY_LOCATIONS],
    ),
    Operation(
        "GET /v1/inventory/{sku}/adjustments",
        id="listAdjustments",
        tag=STOCK,
        summary="List what was adjusted of a SKU",
        path=(SKU,),
        query=PAGE,
        answers=[Answer(HTTPStatus.OK, "A page.", AdjustmentPage, example={"items": [MADE], "next": None})],
        problems=[NO_STOCK],
    ),
    Operation(
        "POST /v1/inventory/{sku}/adjustments",
        id="adjustStock",
        tag=STOCK,
        summary="Change the stock of a SKU by a difference",
        path=(SKU,),
        body=Body(AdjustmentInput, example=DAMAGED),
        idempotency_key="optional",
        answers=[Answer(HTTPStatus.CREATED, "It was adjusted.", Adjustment, example=MADE)],
        problems=[
            NO_STOCK,
            BELOW_RESERVED,
            conflict("too-much-stock", "on_hand would be 1000000001; at most 1000000000 are kept"),
            conflict("unknown-location", "no stock of enamel-mug-blue was ever counted in warehouse-north"),
        ],
    ),
    Operation(
        "PUT /v1/reservations/{id}",
        id="holdReservation",
        tag=STOCK,
        summary="Hold stock for an order",
        description="All items are held, or none.",
        path=ID,
        body=Body(ReservationRequest, example={"items": ITEMS, "expires_in_seconds": 3600}),
        answers=[
            Answer(HTTPStatus.OK, "It is held already.", Reservation, example=HELD),
            Answer(HTTPStatus.CREATED, "It is held.", Reservation, example=HELD),
        ],
        problems=[
            INSUFFICIENT,
            RELEASED,
            conflict("reservation-differs", "the reservation checkout-7f3a holds other items"),
            conflict("stock-too-scattered", "the items lie in 120 places; at most 98 can be taken at once"),
        ],
    ),
    Operation(
        "POST /v1/reservations/{id}/commit",
        id="commitReservation",
        tag=STOCK,
        summary="Let the stock of a reservation leave",
        path=ID,
        answers=[Answer(HTTPStatus.OK, "It has left.", Reservation, example=HELD | {"status": "committed"})],
        problems=[not_found("there is no reservation 'checkout-7f3a'"), RELEASED],
    ),
    Operation(
        "DELETE /v1/reservations/{id}",
        id="releaseReservation",
        tag=STOCK,
        summary="Make the stock of a reservation available again",
        description="Succeeds even if nothing is held; a reservation that arrives later is refused.",
        path=ID,
        answers=[Answer(HTTPStatus.NO_CONTENT, "Nothing is held.")],
        problems=[conflict("reservation-committed", "the stock of checkout-7f3a has left")],
    ),
]
