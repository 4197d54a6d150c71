"""Shipments, as orders hear of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Shipment:
    """Goods of the order that travel together.

    Attributes:
        id: of the shipment.
        items: how many of each SKU are in it.
        carrier: who carries it.
        tracking_number: the carrier's, if there is one.
        complete: whether with it everything that will be shipped has been.
        dispatched_at: when it left; None when only its arrival was heard of.
        delivered_at: when it arrived; None as long as it has not.
    """

    id: str
    items: Mapping[str, int]
    carrier: str
    tracking_number: str | None
    complete: bool
    dispatched_at: datetime | None = None
    delivered_at: datetime | None = None

    @property
    def is_delivered(self) -> bool:
        """Whether it has arrived."""
        return self.delivered_at is not None


def shipped_quantities(shipments: Iterable[Shipment]) -> Mapping[str, int]:
    """Give how many of each SKU have left."""
    return _sum(shipment.items for shipment in shipments)


def delivered_quantities(shipments: Iterable[Shipment]) -> Mapping[str, int]:
    """Give how many of each SKU have arrived."""
    return _sum(shipment.items for shipment in shipments if shipment.is_delivered)


def _sum(items: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for each in items:
        total.update(each)
    return total
