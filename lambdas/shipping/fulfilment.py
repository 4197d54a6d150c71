"""How much of an order has been shipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


class OrderCancelledError(Exception):
    """Nothing more of the order is shipped."""


class TooManyShipmentsError(Exception):
    """The order has as many shipments as one can have."""


class QuantityExceededError(Exception):
    """More would be shipped than the order holds.

    Attributes:
        left: how many of each SKU at fault are still to be shipped.
    """

    def __init__(self, left: Mapping[str, int]) -> None:
        super().__init__(", ".join(f"{count} of {sku} left" for sku, count in left.items()))
        self.left = dict(left)


MAXIMUM_SHIPMENTS = 200

ERASED = "erased"
"""Whose an order is whose customer was forgotten: no token names such a one, and a guest's it must not become."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One SKU of an order.

    Attributes:
        ordered: how many.
        packed: how many are in shipments, wherever those are.
        dispatched: how many have left the warehouse.
        delivered: how many have arrived.
    """

    ordered: int
    packed: int = 0
    dispatched: int = 0
    delivered: int = 0


@dataclass(frozen=True, kw_only=True)
class Fulfilment:
    """What of an order is to be shipped, and how far that is.

    Attributes:
        order_id: of the order.
        customer_id: of a signed-in customer; None for a guest, ``ERASED`` for who was forgotten.
        items: by SKU.
        shipments: ids, in the order in which they were made.
        cancelled: nothing more is shipped.
        version: grows with every change, from 1.
    """

    order_id: str
    customer_id: str | None
    items: Mapping[str, Progress]
    shipments: tuple[str, ...] = ()
    cancelled: bool = False
    version: int = 1

    @property
    def outstanding(self) -> dict[str, int]:
        """How many of each SKU are in no shipment yet and shall be."""
        if self.cancelled:
            return {}
        return {sku: item.ordered - item.packed for sku, item in self.items.items() if item.packed < item.ordered}

    @property
    def all_dispatched(self) -> bool:
        """Whether everything that shall be shipped has left the warehouse."""
        return not self.outstanding and all(item.dispatched == item.packed for item in self.items.values())

    @property
    def all_delivered(self) -> bool:
        """Whether everything that shall be shipped has arrived."""
        return not self.outstanding and all(item.delivered == item.packed for item in self.items.values())

    def pack(self, shipment_id: str, items: Mapping[str, int]) -> Fulfilment:
        """Give the fulfilment with one more shipment.

        Args:
            shipment_id: of the shipment.
            items: how many of each SKU are in it.

        Raises:
            OrderCancelledError: nothing more is shipped.
            TooManyShipmentsError: there are 200 already.
            QuantityExceededError: it holds more of a SKU than is left, or one that was not ordered.
        """
        if self.cancelled:
            raise OrderCancelledError(f"order {self.order_id} was cancelled")
        if len(self.shipments) >= MAXIMUM_SHIPMENTS:
            raise TooManyShipmentsError(f"order {self.order_id} has {MAXIMUM_SHIPMENTS} shipments")
        left = self.outstanding
        if exceeded := {sku: left.get(sku, 0) for sku, count in items.items() if count > left.get(sku, 0)}:
            raise QuantityExceededError(exceeded)
        return self._changed(
            {sku: replace(self.items[sku], packed=self.items[sku].packed + count) for sku, count in items.items()},
            shipments=(*self.shipments, shipment_id),
        )

    def progress(self, items: Mapping[str, int], *, dispatched: bool, delivered: bool) -> Fulfilment:
        """Give the fulfilment after a shipment has moved.

        Args:
            items: how many of each SKU are in it.
            dispatched: it has left the warehouse, which it had not before.
            delivered: it has arrived, which it had not before.
        """
        return self._changed(
            {
                sku: replace(
                    self.items[sku],
                    dispatched=self.items[sku].dispatched + count * dispatched,
                    delivered=self.items[sku].delivered + count * delivered,
                )
                for sku, count in items.items()
            }
        )

    def cancel(self) -> Fulfilment:
        """Give the fulfilment of which nothing more is shipped; the same object if that is so already."""
        return self if self.cancelled else replace(self, cancelled=True, version=self.version + 1)

    def erase(self) -> Fulfilment:
        """Give the fulfilment that is nobody's."""
        return replace(self, customer_id=ERASED, version=self.version + 1)

    def _changed(self, items: Mapping[str, Progress], *, shipments: tuple[str, ...] | None = None) -> Fulfilment:
        return replace(
            self,
            items={**self.items, **items},
            shipments=self.shipments if shipments is None else shipments,
            version=self.version + 1,
        )
