"""How reservations lie in the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NotRequired, TypedDict, cast
from zlib import crc32

from inventory.allocation import Part
from inventory.reservation import Reservation, Status
from store.operations import ABSENT, Condition, Item, Put

RESERVATION = "RESERVATION"
HELD_INDEX = "held"
HELD_SHARDS = 4
"""Partitions of the index of what is held: each takes 1,000 reservations a second."""

RETENTION = timedelta(days=90)
"""How long it is known what became of a reservation: longer than anybody repeats a call or cancels an order."""


class ItemRecord(TypedDict):
    """So many of a SKU."""

    sku: str
    quantity: int


class PartRecord(ItemRecord):
    """So many of a SKU from one location."""

    location: str


class ReservationRecord(TypedDict):
    """A reservation.

    Attributes:
        held_until: when it runs out, RFC 3339 in UTC without fractions, so that the index orders by it.
        held_shard: which partition of the index; only as long as the stock is held.
        expires_at: when the table may forget it; never as long as the stock is held.
    """

    pk: str
    sk: str
    status: Status
    items: list[ItemRecord]
    parts: list[PartRecord]
    held_until: str
    held_shard: NotRequired[str]
    expires_at: NotRequired[int]


def reservation_key(reservation_id: str) -> str:
    """Give the partition of a reservation."""
    return f"{RESERVATION}#{reservation_id}"


def put_reservation(reservation: Reservation, *, replacing_held: bool, now: datetime) -> Put:
    """Give the write of a reservation.

    Args:
        reservation: as it is from now on.
        replacing_held: whether one that is held must be there; otherwise none may be there.
        now: the present time.
    """
    item: dict[str, object] = {
        "pk": reservation_key(reservation.id),
        "sk": RESERVATION,
        "status": reservation.status,
        "items": [{"sku": sku, "quantity": quantity} for sku, quantity in reservation.items.items()],
        "parts": [
            {"sku": part.sku, "location": part.location, "quantity": part.quantity} for part in reservation.parts
        ],
        "held_until": instant(reservation.expires_at),
    }
    if reservation.status == "held":
        item["held_shard"] = str(crc32(reservation.id.encode()) % HELD_SHARDS)
    else:
        item["expires_at"] = int((now + RETENTION).timestamp())
    held = Condition(expression="#status = :held", names={"#status": "status"}, values={":held": "held"})
    return Put(item=item, condition=held if replacing_held else ABSENT)


def read_reservation(item: Item) -> Reservation:
    """Give the reservation of a record."""
    record = cast(ReservationRecord, item)
    return Reservation(
        id=record["pk"].partition("#")[2],
        status=record["status"],
        items={asked["sku"]: asked["quantity"] for asked in record["items"]},
        parts=tuple(Part(**part) for part in record["parts"]),
        expires_at=datetime.fromisoformat(record["held_until"]),
    )


def instant(time: datetime) -> str:
    """Give a time as the index orders it."""
    return time.astimezone(UTC).replace(microsecond=0).isoformat()
