"""Stock of one SKU. Knows nothing of pydantic: reads import it."""

from __future__ import annotations

from collections.abc import Sequence
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
    """How many of a SKU there are in one location, or in one of the records that a location's stock is spread over.

    Attributes:
        sku: stock keeping unit.
        on_hand: in the warehouse, reserved ones included; negative when that many back-ordered ones were sold.
        reserved: promised to orders that are not paid yet.
        version: grows with every change, from 1.
        location: where.
        backorder: how many more may be promised than there are.
        shard: which of the location's records, from 0; most locations have one.
    """

    sku: str
    on_hand: int
    reserved: int
    version: int
    location: str = DEFAULT_LOCATION
    backorder: int = 0
    shard: int = 0

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
        parts: the stock of each location, that of the default location first; several of a location that is spread.
        backorder: how many more may be promised than there are; None when the merchant allows none.
        low_stock_at: at how many the merchant wants to hear of it; None for never.
        moves: how often stock was moved between the records of a location.
    """

    sku: str
    parts: tuple[Stock, ...]
    backorder: int | None = None
    low_stock_at: int | None = None
    moves: int = 0

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
        shards = self.shards_of(location)
        return _together(shards) if shards else None

    @property
    def locations(self) -> tuple[str, ...]:
        """The names of all locations, the default one first."""
        return tuple(dict.fromkeys(part.location for part in self.parts))

    def shards_of(self, location: str) -> tuple[Stock, ...]:
        """Give what the records of a location hold, the first one first; none when none was ever counted there."""
        return tuple(part for part in self.parts if part.location == location)

    def counted(self, on_hand: int, *, location: str = DEFAULT_LOCATION) -> SkuStock:
        """Give the stock after a count of one location; the same object when nothing changed.

        Raises:
            StockBelowReservedError: when fewer were counted than are reserved there.
            TooManyLocationsError: when it would be the 21st location.
        """
        present = self.at(location)
        if present is None:
            if len(self.locations) == MAXIMUM_LOCATIONS:
                raise TooManyLocationsError(f"{self.sku} is in {MAXIMUM_LOCATIONS} locations already")
            # The default location's record names all others, so it changes as well.
            default = replace(self.parts[0], version=self.parts[0].version + 1)
            added = Stock(sku=self.sku, on_hand=on_hand, reserved=0, version=1, location=location)
            return replace(self, parts=(default, *self.parts[1:], added))
        counted = present.counted(on_hand)
        if counted is present:
            return self
        return self._with(_settled(self.shards_of(location), counted))

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
        shards = self.shards_of(DEFAULT_LOCATION)
        present = _together(shards)
        counted = present.counted(on_hand, backorder=backorder or 0)
        changed = self if counted is present else self._with(_settled(shards, counted))
        if (backorder, low_stock_at) == (self.backorder, self.low_stock_at):
            return changed
        if changed.parts[0] is self.parts[0]:
            # The first record has the merchant's wishes, so it changes as well.
            changed = self._with([replace(self.parts[0], version=self.parts[0].version + 1), *changed.parts[1:]])
        return replace(changed, backorder=backorder, low_stock_at=low_stock_at)

    def adjusted(self, delta: int, *, location: str) -> dict[int, int]:
        """Give what an adjustment does to each record of a location that it changes, by shard.

        Args:
            delta: how many more there are, negative for fewer; as many as ``check_adjustment`` allows.
            location: where stock was counted before.
        """
        shards = self.shards_of(location)
        present = _together(shards)
        settled = _settled(shards, replace(present, on_hand=present.on_hand + delta))
        return {
            after.shard: after.on_hand - before.on_hand
            for after, before in zip(settled, shards, strict=True)
            if after is not before
        }

    def document(self) -> dict[str, object]:
        """Give the stock as the API shows it; what a merchant never asked for is left out."""
        document: dict[str, object] = {
            "sku": self.sku,
            "on_hand": self.on_hand,
            "reserved": self.reserved,
            "available": self.available,
        }
        if len(self.locations) > 1:
            places = (_together(self.shards_of(location)) for location in self.locations)
            document["locations"] = [place.document() for place in places]
        if self.backorder is not None:
            document["backorder"] = {"limit": self.backorder}
        if self.low_stock_at is not None:
            document["low_stock_at"] = self.low_stock_at
        return document

    def _with(self, changed: Sequence[Stock]) -> SkuStock:
        by_place = {(part.location, part.shard): part for part in changed}
        return replace(self, parts=tuple(by_place.get((part.location, part.shard), part) for part in self.parts))


def first_stock(
    sku: str, *, on_hand: int = 0, backorder: int | None = None, low_stock_at: int | None = None
) -> SkuStock:
    """Give the stock of a SKU that had no record."""
    default = Stock(sku=sku, on_hand=on_hand, reserved=0, version=1, backorder=backorder or 0)
    return SkuStock(sku=sku, parts=(default,), backorder=backorder, low_stock_at=low_stock_at)


def _together(shards: Sequence[Stock]) -> Stock:
    if len(shards) == 1:
        return shards[0]
    return replace(
        shards[0],
        on_hand=sum(shard.on_hand for shard in shards),
        reserved=sum(shard.reserved for shard in shards),
        version=sum(shard.version for shard in shards),
        backorder=sum(shard.backorder for shard in shards),
    )


def _settled(shards: Sequence[Stock], counted: Stock) -> list[Stock]:
    """Give the records after a count: the first takes the difference, and the others give what it then lacks."""
    first, *others = shards
    on_hand = {shard.shard: shard.on_hand for shard in shards}
    on_hand[first.shard] += counted.on_hand - sum(on_hand.values())
    for other in sorted(others, key=lambda other: -other.free):
        given = min(other.free, max(0, first.reserved - on_hand[first.shard]))
        on_hand[other.shard] -= given
        on_hand[first.shard] += given
    allowed = {first.shard: counted.backorder}
    return [shard.counted(on_hand[shard.shard], backorder=allowed.get(shard.shard)) for shard in shards]
