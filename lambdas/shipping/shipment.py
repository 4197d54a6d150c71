"""A parcel and what its carrier says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from shipping.fulfilment import ERASED

Reported: TypeAlias = Literal["dispatched", "in_transit", "exception", "delivered"]
Status: TypeAlias = Literal["created", "dispatched", "in_transit", "exception", "delivered"]

MAXIMUM_EVENTS = 200

_STAGE: Mapping[Reported, int] = {"dispatched": 1, "in_transit": 2, "exception": 2, "delivered": 3}


class TooManyEventsError(Exception):
    """The shipment has as many events as one can have."""


@dataclass(frozen=True, kw_only=True)
class TrackingEvent:
    """What a carrier says of a parcel at a time.

    Attributes:
        status: what has become of it.
        occurred_at: when, RFC 3339 in UTC with milliseconds, so that texts sort like times.
        location: where, as the carrier writes it.
        description: what else it says.
    """

    status: Reported
    occurred_at: str
    location: str | None = None
    description: str | None = None

    @property
    def order(self) -> tuple[str, int, str, str, str]:
        """What events are sorted by: when they occurred, at one time how far they are."""
        return (self.occurred_at, _STAGE[self.status], self.status, self.location or "", self.description or "")


@dataclass(frozen=True, kw_only=True)
class Shipment:
    """Goods of one order that travel together.

    Attributes:
        id: unique, and not to be guessed.
        order_id: of the order.
        customer_id: of a signed-in customer; None for a guest, ``ERASED`` for who was forgotten.
        items: how many of each SKU.
        carrier: who carries it.
        tracking_number: the carrier's.
        created_at: when it was packed, RFC 3339 in UTC.
        events: what was said of it, in the order of when it occurred, each once.
        version: grows with every change, from 1.
    """

    id: str
    order_id: str
    customer_id: str | None
    items: Mapping[str, int]
    carrier: str
    tracking_number: str | None
    created_at: str
    events: tuple[TrackingEvent, ...] = ()
    version: int = 1

    @property
    def status(self) -> Status:
        """How far it is: the furthest that was ever said; between two at one stage, what occurred later.

        Under way, an exception and its end are at one stage. It does not matter in which order events arrive.
        """
        furthest = max(self.events, key=lambda event: (_STAGE[event.status], event.order), default=None)
        return furthest.status if furthest else "created"

    @property
    def has_left(self) -> bool:
        """Whether it has left the warehouse; an exception alone does not say so."""
        return any(event.status != "exception" for event in self.events)

    @property
    def has_arrived(self) -> bool:
        """Whether it has reached the customer."""
        return any(event.status == "delivered" for event in self.events)

    def erase(self) -> Shipment:
        """Give the shipment that is nobody's."""
        return replace(self, customer_id=ERASED, version=self.version + 1)

    def track(self, event: TrackingEvent) -> Shipment:
        """Give the shipment with one more event; the same object when it is known.

        Raises:
            TooManyEventsError: there are 200 others already.
        """
        if event in self.events:
            return self
        if len(self.events) >= MAXIMUM_EVENTS:
            raise TooManyEventsError(f"shipment {self.id} has {MAXIMUM_EVENTS} events")
        events = sorted((*self.events, event), key=lambda known: known.order)
        return replace(self, events=tuple(events), version=self.version + 1)
