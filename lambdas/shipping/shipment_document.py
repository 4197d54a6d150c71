"""A shipment as customers and merchants read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from shipping.shipment import Shipment


def shipment_document(shipment: Shipment) -> dict[str, object]:
    """Give a shipment as JSON values."""
    return {
        "id": shipment.id,
        "order_id": shipment.order_id,
        "status": shipment.status,
        "items": items_document(shipment.items),
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "created_at": shipment.created_at,
        "events": [asdict(event) for event in shipment.events],
    }


def items_document(items: Mapping[str, int]) -> list[dict[str, object]]:
    """Give how many of each SKU there are, by SKU."""
    return [{"sku": sku, "quantity": count} for sku, count in sorted(items.items())]
