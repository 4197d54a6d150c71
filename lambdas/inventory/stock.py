"""Stock of one SKU. Knows nothing of pydantic: reads import it."""

from __future__ import annotations

from dataclasses import dataclass


class StockBelowReservedError(Exception):
    """More is reserved for orders than would be on hand."""


@dataclass(frozen=True, kw_only=True)
class Stock:
    """How many of a SKU there are.

    Attributes:
        sku: stock keeping unit.
        on_hand: in the warehouse, reserved ones included.
        reserved: promised to orders that are not shipped yet.
        version: grows with every change, from 1.
    """

    sku: str
    on_hand: int
    reserved: int
    version: int

    @property
    def available(self) -> int:
        """How many can still be promised; never negative."""
        return self.on_hand - self.reserved

    def counted(self, on_hand: int) -> Stock:
        """Give the stock after a count of the warehouse; the same object when nothing changed.

        Raises:
            StockBelowReservedError: when fewer were counted than are reserved.
        """
        if on_hand < self.reserved:
            raise StockBelowReservedError(f"on_hand is {on_hand}, but {self.reserved} of {self.sku} are reserved")
        if on_hand == self.on_hand:
            return self
        return Stock(sku=self.sku, on_hand=on_hand, reserved=self.reserved, version=self.version + 1)

    def document(self) -> dict[str, object]:
        """Give the stock as the API shows it."""
        return {"sku": self.sku, "on_hand": self.on_hand, "reserved": self.reserved, "available": self.available}


def first_stock(sku: str, *, on_hand: int = 0) -> Stock:
    """Give the stock of a SKU that had no record."""
    return Stock(sku=sku, on_hand=on_hand, reserved=0, version=1)
