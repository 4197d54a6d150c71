"""Stock held for one order. Knows nothing of pydantic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from inventory.allocation import Part

Status = Literal["held", "committed", "released"]


class ReservationReleasedError(Exception):
    """The stock is not held any more, or never was and must not be."""


class ReservationCommittedError(Exception):
    """The stock has left."""


class ReservationDiffersError(Exception):
    """The reservation is of other items."""


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """Stock held for one order.

    Attributes:
        id: as the caller chose it.
        status: ``held`` until it is ``committed`` (the stock has left) or ``released`` (it is available again).
        items: how many of each SKU, in the order asked for; empty when it was released before it was made.
        parts: from where.
        expires_at: until when the stock is held. After it anybody may release it, and until then it can be committed.
    """

    id: str
    status: Status
    items: Mapping[str, int]
    parts: tuple[Part, ...]
    expires_at: datetime

    def check_same(self, items: Mapping[str, int]) -> None:
        """Refuse to take a reservation for another one.

        Raises:
            ReservationReleasedError: when it is released.
            ReservationDiffersError: when it is of other items.
        """
        if self.status == "released":
            raise ReservationReleasedError(f"the reservation {self.id} was released")
        if dict(self.items) != dict(items):
            raise ReservationDiffersError(f"the reservation {self.id} is of other items")

    def has_run_out(self, now: datetime) -> bool:
        """Say whether anybody may release it."""
        return self.status == "held" and self.expires_at <= now

    def committed(self) -> Reservation:
        """Give it after the stock has left; the same object when it had before.

        Raises:
            ReservationReleasedError: when it is released.
        """
        if self.status == "released":
            raise ReservationReleasedError(f"the reservation {self.id} was released")
        return self if self.status == "committed" else replace(self, status="committed")

    def released(self) -> Reservation:
        """Give it after the stock became available again; the same object when it was before.

        Raises:
            ReservationCommittedError: when the stock has left.
        """
        if self.status == "committed":
            raise ReservationCommittedError(f"the reservation {self.id} is committed; its stock has left")
        return self if self.status == "released" else replace(self, status="released")

    def document(self) -> dict[str, object]:
        """Give it as the API shows it."""
        return {
            "id": self.id,
            "status": self.status,
            "items": [{"sku": sku, "quantity": quantity} for sku, quantity in self.items.items()],
            "expires_at": self.expires_at.isoformat().replace("+00:00", "Z"),
        }
