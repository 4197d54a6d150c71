"""What merchants and carriers say of shipments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from contracts.model import Contract, Identifier
from contracts.order import PRINTABLE, Label, OrderedItem
from contracts.pricing import MAXIMUM_LINES
from shipping.shipment import Reported, TrackingEvent

AHEAD = timedelta(days=1)
"""How far a carrier's clock, or its time zone, may be ahead."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

Remark = Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]


class ShipmentInput(Contract):
    """The body of ``POST /v1/shipments``.

    Attributes:
        order_id: of a confirmed order.
        items: what is in it, each SKU once; no more than is left of the order.
        carrier: who carries it, as customers know it.
        tracking_number: the carrier's, visible ASCII; may be left out.
    """

    order_id: Identifier
    items: Annotated[tuple[OrderedItem, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_LINES)]
    carrier: Label
    tracking_number: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\x21-\x7e]+$")] | None = None

    @model_validator(mode="after")
    def _items_agree(self) -> Self:
        if len({item.sku for item in self.items}) < len(self.items):
            raise ValueError("two items have the same sku")
        return self


class TrackingEventInput(Contract):
    """The body of ``POST /v1/shipments/{id}/events``.

    Attributes:
        status: what has become of the parcel.
        occurred_at: when; a day ahead at most.
        location: where, as the carrier writes it.
        description: what else it says.
    """

    status: Reported
    occurred_at: Annotated[AwareDatetime, Field(strict=False)]
    location: Remark | None = None
    description: Remark | None = None

    def event(self) -> TrackingEvent:
        """Give it as the domain knows it."""
        at = self.occurred_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return TrackingEvent(status=self.status, occurred_at=at, location=self.location, description=self.description)

    @model_validator(mode="after")
    def _is_past(self) -> Self:
        if not EARLIEST <= self.occurred_at <= datetime.now(UTC) + AHEAD:
            raise ValueError("occurred_at must be after 1999 and not more than a day ahead")
        return self
