"""How fulfilments and shipments lie in the table.

ORDER#<id>     FULFILMENT  what of an order is to be shipped, and the ids of its shipments
SHIPMENT#<id>  SHIPMENT    a shipment with its events
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple
from typing import NotRequired, TypedDict, cast

from shipping.fulfilment import ERASED, Fulfilment, Progress
from shipping.shipment import Shipment, TrackingEvent
from store.operations import ABSENT, Item, Put, version_is

FULFILMENT = "FULFILMENT"
SHIPMENT = "SHIPMENT"


class _FulfilmentRecord(TypedDict):
    pk: str
    customer_id: NotRequired[str]
    erased: NotRequired[bool]
    items: Mapping[str, Sequence[int]]
    shipments: Sequence[str]
    cancelled: bool
    version: int


class _ShipmentRecord(TypedDict):
    pk: str
    order_id: str
    customer_id: NotRequired[str]
    erased: NotRequired[bool]
    items: Mapping[str, int]
    carrier: str
    tracking_number: str | None
    created_at: str
    events: Sequence[Mapping[str, str | None]]
    version: int


def fulfilment_key(order_id: str) -> tuple[str, str]:
    """Give the key of an order's fulfilment."""
    return f"ORDER#{order_id}", FULFILMENT


def shipment_key(shipment_id: str) -> tuple[str, str]:
    """Give the key of a shipment."""
    return f"SHIPMENT#{shipment_id}", SHIPMENT


def fulfilment_of(item: Item) -> Fulfilment:
    """Give the fulfilment that was written."""
    record = cast(_FulfilmentRecord, item)
    return Fulfilment(
        order_id=record["pk"].partition("#")[2],
        customer_id=_owner(record),
        items={
            sku: Progress(ordered=counts[0], packed=counts[1], dispatched=counts[2], delivered=counts[3])
            for sku, counts in record["items"].items()
        },
        shipments=tuple(record["shipments"]),
        cancelled=record["cancelled"],
        version=record["version"],
    )


def shipment_of(item: Item) -> Shipment:
    """Give the shipment that was written."""
    record = cast(_ShipmentRecord, item)
    return Shipment(
        id=record["pk"].partition("#")[2],
        order_id=record["order_id"],
        customer_id=_owner(record),
        items=record["items"],
        carrier=record["carrier"],
        tracking_number=record["tracking_number"],
        created_at=record["created_at"],
        events=tuple(TrackingEvent(**event) for event in record["events"]),  # type: ignore[arg-type]  # as written
        version=record["version"],
    )


def put_fulfilment(fulfilment: Fulfilment) -> Put:
    """Give the write of a fulfilment, if it is still as it was a version ago."""
    pk, sk = fulfilment_key(fulfilment.order_id)
    item = {
        "pk": pk,
        "sk": sk,
        **_owned(fulfilment.customer_id),
        "items": {sku: list(astuple(progress)) for sku, progress in fulfilment.items.items()},
        "shipments": list(fulfilment.shipments),
        "cancelled": fulfilment.cancelled,
        "version": fulfilment.version,
    }
    return _put(item, version=fulfilment.version)


def put_shipment(shipment: Shipment) -> Put:
    """Give the write of a shipment, if it is still as it was a version ago."""
    pk, sk = shipment_key(shipment.id)
    item = {
        "pk": pk,
        "sk": sk,
        "order_id": shipment.order_id,
        **_owned(shipment.customer_id),
        "items": dict(shipment.items),
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "created_at": shipment.created_at,
        "events": [asdict(event) for event in shipment.events],
        "version": shipment.version,
    }
    return _put(item, version=shipment.version)


def _owner(record: _FulfilmentRecord | _ShipmentRecord) -> str | None:
    return ERASED if record.get("erased") else record.get("customer_id")


def _owned(customer_id: str | None) -> Item:
    if customer_id is None:
        return {}
    return {"erased": True} if customer_id == ERASED else {"customer_id": customer_id}


def _put(item: Item, *, version: int) -> Put:
    return Put(item=item, condition=ABSENT if version == 1 else version_is(version - 1))
