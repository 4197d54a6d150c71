"""How orders lie in the table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NotRequired, TypedDict, cast

from orders.order import Order, OrderLine, Outcome, PaymentStatus
from orders.returns import Return
from orders.shipment import Shipment
from store.operations import Item
from store.shards import shard_number

ORDER = "ORDER"
NUMBER = "NUMBER"
REFUSED = "REFUSED"
"""Sort key of the mark that an order was rejected before it was made."""

BY_CUSTOMER = "customer"
BY_GUEST = "guest"
BY_TIME = "time"
BY_STATUS = "status"
SHARDS = 128
"""Partitions of the indexes that hold everybody's orders: each takes 1,000 writes a second, and an order makes half a
dozen while it is bought and sent."""

SUMMARY = ("number", "status", "payment_status", "placed_at", "currency", "total", "pieces", "email")
"""What the indexes hold beside their keys: as much as a list shows."""


class OrderRecord(TypedDict):
    """An order.

    Attributes:
        placed_key: when it was placed, and its id: what lists are ordered by.
        content: as checkout handed it over, in JSON.
        decided: what was decided, and when, in JSON.
        shipments: in JSON.
        returns: in JSON.
        guest_key: stands for a guest's e-mail address.
        expires_at: when the table deletes it, once its buyer wished to be forgotten.
    """

    pk: str
    sk: str
    number: str
    status: str
    payment_status: PaymentStatus
    refunded: int
    placed_at: str
    placed_key: str
    time_shard: str
    status_shard: str
    customer_id: NotRequired[str]
    guest_key: NotRequired[str]
    expires_at: NotRequired[int]
    currency: str
    total: int
    pieces: int
    email: str
    content: str
    decided: str
    shipments: str
    returns: str
    version: int


def order_key(order_id: str) -> str:
    """Give the partition of an order."""
    return f"ORDER#{order_id}"


def number_key(number: str) -> str:
    """Give the partition of the claim on a number."""
    return f"NUMBER#{number}"


def shard_of(order_id: str) -> int:
    """Give the partition of the indexes that an order is in."""
    return shard_number(order_id, SHARDS)


def write_order(order: Order) -> Item:
    """Give the item of an order."""
    content = cast("Mapping[str, Any]", order.content)
    placed_at = instant(order.placed_at)
    shard = shard_of(order.id)
    record: OrderRecord = {
        "pk": order_key(order.id),
        "sk": ORDER,
        "number": order.number,
        "status": order.status,
        "payment_status": order.payment_status,
        "refunded": order.refunded,
        "placed_at": placed_at,
        "placed_key": f"{placed_at}#{order.id}",
        "time_shard": str(shard),
        "status_shard": f"{order.status}#{shard}",
        "currency": content["currency"],
        "total": content["total"]["amount"],
        "pieces": sum(line.quantity for line in order.lines),
        "email": content["email"],
        "content": _json(order.content),
        "decided": _json([order.outcome, _optional(order.decided_at), order.reason]),
        "shipments": _json([_shipment_document(shipment) for shipment in order.shipments.values()]),
        "returns": _json([_return_document(each) for each in order.returns.values()]),
        "version": order.version,
    }
    # A key of an index must be left out, not empty.
    if order.customer_id:
        record["customer_id"] = order.customer_id
    if order.guest_key:
        record["guest_key"] = order.guest_key
    if order.kept_until:
        record["expires_at"] = int(datetime(*order.kept_until.timetuple()[:3], tzinfo=UTC).timestamp())
    return {**record}


def read_order(item: Item) -> Order:
    """Give the order of an item."""
    record = cast(OrderRecord, item)
    content = json.loads(record["content"])
    outcome, decided_at, reason = json.loads(record["decided"])
    return Order(
        id=record["pk"].partition("#")[2],
        number=record["number"],
        content=content,
        lines=lines_of(content),
        placed_at=datetime.fromisoformat(record["placed_at"]),
        outcome=cast(Outcome, outcome),
        decided_at=_time(decided_at),
        reason=reason,
        payment_status=record["payment_status"],
        refunded=record["refunded"],
        shipments={each["id"]: _shipment(each) for each in json.loads(record["shipments"])},
        returns={each["id"]: _return(each) for each in json.loads(record["returns"])},
        guest_key=record.get("guest_key"),
        kept_until=datetime.fromtimestamp(record["expires_at"], UTC).date() if "expires_at" in record else None,
        version=record["version"],
    )


def lines_of(content: Mapping[str, Any]) -> tuple[OrderLine, ...]:
    """Give the lines that decisions depend on."""
    return tuple(
        OrderLine(sku=line["sku"], quantity=line["quantity"], total=line["total"]["amount"])
        for line in content["lines"]
    )


def instant(time: datetime) -> str:
    """Give a time as records and the API write it, RFC 3339 in UTC."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _shipment_document(shipment: Shipment) -> Mapping[str, object]:
    return {
        "id": shipment.id,
        "items": shipment.items,
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "complete": shipment.complete,
        "dispatched_at": _optional(shipment.dispatched_at),
        "delivered_at": _optional(shipment.delivered_at),
    }


def _shipment(document: dict[str, Any]) -> Shipment:
    times = {name: _time(document[name]) for name in ("dispatched_at", "delivered_at")}
    return Shipment(**{**document, **times})


def _return_document(each: Return) -> Mapping[str, object]:
    return {
        "id": each.id,
        "items": each.items,
        "reason": each.reason,
        "requested_at": instant(each.requested_at),
        "received_at": _optional(each.received_at),
        "refund": each.refund,
    }


def _return(document: dict[str, Any]) -> Return:
    times = {name: _time(document[name]) for name in ("requested_at", "received_at")}
    return Return(**{**document, **times})


def _optional(time: datetime | None) -> str | None:
    return instant(time) if time else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
