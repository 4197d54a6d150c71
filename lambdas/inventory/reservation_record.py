"""How reservations lie in the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NotRequired, TypedDict, cast

from inventory.allocation import Part
from inventory.reservation import Reservation, Status
from store.operations import ABSENT, Condition, Item, Put
from store.shards import shard_number

RESERVATION = "RESERVATION"
HELD_INDEX = "held"
HELD_SHARDS = 64
"""Partitions of the index of what is held. Each takes 1,000 writes a second; a reservation is one when it is held and
one when it is not any more."""

RETENTION = timedelta(days=90)
"""How long it is known what became of a reservation: longer than anybody repeats a call or cancels an order."""


class ItemRecord(TypedDict):
    """So many of a SKU."""

    sku: str
    quantity: int


class PartRecord(ItemRecord):
    """So many of a SKU from one location; ``shard`` is left out for the location's first record."""

    location: str
    shard: NotRequired[int]


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


def held_shard(reservation_id: str) -> str:
    """Give the partition of the index in which a held reservation is."""
    return str(shard_number(reservation_id, HELD_SHARDS))


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
        "parts": [_part_record(part) for part in reservation.parts],
        "held_until": instant(reservation.expires_at),
    }
    if reservation.status == "held":
        item["held_shard"] = held_shard(reservation.id)
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


def _part_record(part: Part) -> PartRecord:
    record: PartRecord = {"sku": part.sku, "location": part.location, "quantity": part.quantity}
    return record | {"shard": part.shard} if part.shard else record


def instant(time: datetime) -> str:
    """Give a time as the index orders it."""
    return time.astimezone(UTC).replace(microsecond=0).isoformat()
