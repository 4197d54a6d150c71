"""Stock of one SKU. Knows nothing of pydantic: reads import it."""

from __future__ import annotations

from dataclasses import dataclass, replace

DEFAULT_LOCATION = "default"
"""Where stock is that was counted without saying where."""

MAXIMUM_LOCATIONS = 20
MAXIMUM_ON_HAND = 1_000_000_000


class StockBelowReservedError(Exception):
    """More is reserved for orders than would be on hand."""


class TooMuchStockError(Exception):
    """More would be on hand than anybody has."""


class TooManyLocationsError(Exception):
    """A SKU would be kept in more places than are looked through for a reservation."""


@dataclass(frozen=True, kw_only=True)
class Stock:
    """How many of a SKU there are in one location.

    Attributes:
        sku: stock keeping unit.
        on_hand: in the warehouse, reserved ones included; negative when that many back-ordered ones were sold.
        reserved: promised to orders that are not paid yet.
        version: grows with every change, from 1.
        location: where.
        backorder: how many more may be promised than there are.
    """

    sku: str
    on_hand: int
    reserved: int
    version: int
    location: str = DEFAULT_LOCATION
    backorder: int = 0

    @property
    def available(self) -> int:
        """How many can still be promised, back-orders included; never negative."""
        return self.on_hand - self.reserved + self.backorder

    @property
    def free(self) -> int:
        """How many of those that are there nobody was promised; never negative."""
        return max(0, self.on_hand - self.reserved)

    def counted(self, on_hand: int, *, backorder: int | None = None) -> Stock:
        """Give the stock after a count of the warehouse; the same object when nothing changed.

        Args:
            on_hand: how many there are.
            backorder: how many more may be promised; as many as before when left out.

        Raises:
            StockBelowReservedError: when fewer were counted than are reserved.
        """
        allowed = self.backorder if backorder is None else backorder
        if (on_hand, allowed) == (self.on_hand, self.backorder):
            return self
        if on_hand + allowed < self.reserved:
            raise StockBelowReservedError(f"on_hand is {on_hand}, but {self.reserved} of {self.sku} are reserved")
        return replace(self, on_hand=on_hand, backorder=allowed, version=self.version + 1)

    def check_adjustment(self, delta: int) -> None:
        """Refuse an adjustment that cannot be.

        Raises:
            StockBelowReservedError: when fewer would be left than are reserved.
            TooMuchStockError: when more than 1,000,000,000 would be on hand.
        """
        if self.available + delta < 0:
            raise StockBelowReservedError(
                f"on_hand would be {self.on_hand + delta}, but {self.reserved} of {self.sku} are reserved"
            )
        if self.on_hand + delta > MAXIMUM_ON_HAND:
            raise TooMuchStockError(f"on_hand would be {self.on_hand + delta}; at most {MAXIMUM_ON_HAND} are kept")

    def document(self) -> dict[str, object]:
        """Give the stock of the location as the API shows it."""
        return {
            "location": self.location,
            "on_hand": self.on_hand,
            "reserved": self.reserved,
            "available": self.available,
        }


@dataclass(frozen=True, kw_only=True)
class SkuStock:
    """How many of a SKU there are in all locations, and what the merchant wants done about it.

    Attributes:
        sku: stock keeping unit.
        parts: the stock of each location, that of the default location first.
        backorder: how many more may be promised than there are; None when the merchant allows none.
        low_stock_at: at how many the merchant wants to hear of it; None for never.
    """

    sku: str
    parts: tuple[Stock, ...]
    backorder: int | None = None
    low_stock_at: int | None = None

    @property
    def on_hand(self) -> int:
        """How many there are."""
        return sum(part.on_hand for part in self.parts)

    @property
    def reserved(self) -> int:
        """How many of them are promised."""
        return sum(part.reserved for part in self.parts)

    @property
    def available(self) -> int:
        """How many can still be promised, back-orders included."""
        return sum(part.available for part in self.parts)

    @property
    def version(self) -> int:
        """What grows with every change of any location: none is ever taken away."""
        return sum(part.version for part in self.parts)

    @property
    def is_low(self) -> bool:
        """Whether no more are left than the merchant's threshold; back-orders do not count."""
        return self.low_stock_at is not None and self.on_hand - self.reserved <= self.low_stock_at

    def at(self, location: str) -> Stock | None:
        """Give the stock of a location, or None when none was ever counted there."""
        return next((part for part in self.parts if part.location == location), None)

    def counted(self, on_hand: int, *, location: str = DEFAULT_LOCATION) -> SkuStock:
        """Give the stock after a count of one location; the same object when nothing changed.

        Raises:
            StockBelowReservedError: when fewer were counted than are reserved there.
            TooManyLocationsError: when it would be the 21st location.
        """
        present = self.at(location)
        if present is None:
            if len(self.parts) == MAXIMUM_LOCATIONS:
                raise TooManyLocationsError(f"{self.sku} is in {MAXIMUM_LOCATIONS} locations already")
            # The default location's record names all others, so it changes as well.
            default = replace(self.parts[0], version=self.parts[0].version + 1)
            added = Stock(sku=self.sku, on_hand=on_hand, reserved=0, version=1, location=location)
            return replace(self, parts=(default, *self.parts[1:], added))
        counted = present.counted(on_hand)
        if counted is present:
            return self
        return replace(self, parts=tuple(counted if part is present else part for part in self.parts))

    def managed(self, *, on_hand: int, backorder: int | None, low_stock_at: int | None) -> SkuStock:
        """Give the stock after a count of the default location, with the merchant's wishes.

        Args:
            on_hand: how many were counted.
            backorder: as the attribute.
            low_stock_at: as the attribute.

        Returns:
            The same object when nothing changed.

        Raises:
            StockBelowReservedError: when fewer were counted, and may be promised beyond that, than are reserved.
        """
        default = self.parts[0].counted(on_hand, backorder=backorder or 0)
        if default is self.parts[0]:
            if (backorder, low_stock_at) == (self.backorder, self.low_stock_at):
                return self
            default = replace(default, version=default.version + 1)
        return replace(self, parts=(default, *self.parts[1:]), backorder=backorder, low_stock_at=low_stock_at)

    def document(self) -> dict[str, object]:
        """Give the stock as the API shows it; what a merchant never asked for is left out."""
        document: dict[str, object] = {
            "sku": self.sku,
            "on_hand": self.on_hand,
            "reserved": self.reserved,
            "available": self.available,
        }
        if len(self.parts) > 1:
            document["locations"] = [part.document() for part in self.parts]
        if self.backorder is not None:
            document["backorder"] = {"limit": self.backorder}
        if self.low_stock_at is not None:
            document["low_stock_at"] = self.low_stock_at
        return document


def first_stock(
    sku: str, *, on_hand: int = 0, backorder: int | None = None, low_stock_at: int | None = None
) -> SkuStock:
    """Give the stock of a SKU that had no record."""
    default = Stock(sku=sku, on_hand=on_hand, reserved=0, version=1, backorder=backorder or 0)
    return SkuStock(sku=sku, parts=(default,), backorder=backorder, low_stock_at=low_stock_at)
