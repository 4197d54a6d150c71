"""Stock held for one order: what the inventory is asked, and what it answers."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from contracts.model import Contract, Identifier

MAXIMUM_ITEMS = 50
"""So that a reservation, the stock of all its SKUs and its event fit into one DynamoDB transaction of 100 items, some
SKUs coming from several locations."""

MAXIMUM_QUANTITY = 1_000_000


class ReservedItem(Contract):
    """How many of a SKU.

    Attributes:
        sku: stock keeping unit.
        quantity: 1 to 1,000,000.
    """

    sku: Identifier
    quantity: Annotated[int, Field(ge=1, le=MAXIMUM_QUANTITY)]


class ReservationRequest(Contract):
    """The body of ``PUT /v1/reservations/{id}``.

    Attributes:
        items: 1 to 50, each SKU once.
        expires_in_seconds: how long the stock is held: 60 to 86,400.
    """

    items: Annotated[tuple[ReservedItem, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_ITEMS)]
    expires_in_seconds: Annotated[int, Field(ge=60, le=86_400)] = 3600

    @model_validator(mode="after")
    def _items_agree(self) -> Self:
        if len({item.sku for item in self.items}) < len(self.items):
            raise ValueError("two items have the same sku")
        return self


class Reservation(Contract):
    """The answer of ``PUT /v1/reservations/{id}`` and ``POST /v1/reservations/{id}/commit``.

    Attributes:
        id: as the caller chose it.
        status: ``held``, or ``committed`` when the stock has left.
        items: as asked.
        expires_at: until when the stock is held; without meaning for a committed one.
    """

    id: Identifier
    status: Literal["held", "committed"]
    items: Annotated[tuple[ReservedItem, ...], Field(strict=False)]
    expires_at: Annotated[AwareDatetime, Field(strict=False)]
