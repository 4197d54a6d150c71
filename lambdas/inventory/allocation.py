"""From which locations a reservation takes its stock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from inventory.stock import SkuStock, Stock

MAXIMUM_PARTS = 98
"""A DynamoDB transaction has 100 items; a reservation and its event are two of them."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """So many of a SKU from one location, or from one of the records that it is spread over."""

    sku: str
    location: str
    quantity: int
    shard: int = 0


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """A SKU of which there is not enough.

    Attributes:
        sku: stock keeping unit.
        wanted: how many.
        available: how many there are.
    """

    sku: str
    wanted: int
    available: int


class InsufficientStockError(Exception):
    """There is not enough of at least one SKU, and nothing was taken.

    Attributes:
        shortages: the SKUs of which there is not enough, in the order in which they were wanted.
    """

    def __init__(self, shortages: tuple[Shortage, ...]) -> None:
        super().__init__(", ".join(f"{short.available} of {short.wanted} {short.sku}" for short in shortages))
        self.shortages = shortages


class TooManyPartsError(Exception):
    """The stock is spread over more places than one transaction can take from."""


def allocate(reservation_id: str, wanted: Mapping[str, int], stocks: Mapping[str, SkuStock]) -> tuple[Part, ...]:
    """Choose the locations for a reservation.

    A SKU comes from one location if any has all that is wanted: one parcel is cheaper than two. Of several such
    locations, and records of one, the reservation's id chooses (rendezvous hashing), so that writers of one SKU spread
    over them.
    Otherwise it is collected, most from where most is. What is then still missing is promised from the default
    location's back-orders.

    Args:
        reservation_id: whose.
        wanted: how many of each SKU.
        stocks: what there is of them; a SKU that is left out has no stock.

    Raises:
        InsufficientStockError: when there is not enough.
        TooManyPartsError: when more than 98 parts would be needed.
    """
    shortages = tuple(
        Shortage(sku=sku, wanted=quantity, available=stocks[sku].available if sku in stocks else 0)
        for sku, quantity in wanted.items()
        if sku not in stocks or stocks[sku].available < quantity
    )
    if shortages:
        raise InsufficientStockError(shortages)
    parts = tuple(
        Part(sku=sku, location=location, quantity=taken, shard=shard)
        for sku, quantity in wanted.items()
        for (location, shard), taken in _taken(reservation_id, stocks[sku], quantity).items()
    )
    if len(parts) > MAXIMUM_PARTS:
        raise TooManyPartsError(f"the items lie in {len(parts)} places; at most {MAXIMUM_PARTS} can be taken at once")
    return parts


def _taken(reservation_id: str, stock: SkuStock, quantity: int) -> Mapping[tuple[str, int], int]:
    whole = [part for part in stock.parts if part.free >= quantity]
    if whole:
        chosen = max(whole, key=lambda part: _weight(reservation_id, part))
        return {(chosen.location, chosen.shard): quantity}
    taken: dict[tuple[str, int], int] = {}
    missing = quantity
    for part in sorted(stock.parts, key=lambda part: (-part.free, part.location, part.shard)):
        if part.free and missing:
            taken[part.location, part.shard] = min(part.free, missing)
            missing -= taken[part.location, part.shard]
    if missing:
        default = (stock.parts[0].location, 0)
        taken[default] = taken.get(default, 0) + missing
    return taken


def _weight(reservation_id: str, part: Stock) -> bytes:
    place = f"{part.location}#{part.shard}" if part.shard else part.location
    return blake2b(f"{reservation_id}\n{place}".encode(), digest_size=8).digest()
