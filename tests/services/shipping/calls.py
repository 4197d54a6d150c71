"""Calls to shipping's routes, and the orders that it hears of."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.order_events import OrderCancellation, OrderCancelled, OrderConfirmed, OrderSnapshot
from tests.services.http_client import Answer, Client


def _usd(amount: int) -> dict[str, object]:
    return {"currency": "USD", "amount": amount}


def _order(order_id: str, items: Mapping[str, int], customer_id: str | None) -> dict[str, object]:
    return {
        "order_id": order_id,
        "number": "7K3QZ-0M4XB",
        "checkout_id": "checkout-1",
        "cart_id": "cart-1",
        "customer_id": customer_id,
        "email": "ada@example.com",
        "language": None,
        "currency": "USD",
        "lines": [
            {
                "sku": sku,
                "quantity": count,
                "product_id": sku,
                "name": sku,
                "unit_price": _usd(100),
                "total": _usd(100 * count),
            }
            for sku, count in items.items()
        ],
        "subtotal": _usd(100),
        "discount": _usd(0),
        "shipping": _usd(0),
        "tax": _usd(0),
        "total": _usd(100),
        "shipping_address": {"name": "Ada", "line1": "1 Main St", "city": "Minneapolis", "country": "US"},
        "shipping_option": {"id": "standard", "name": "Standard"},
        "payment_id": "payment-1",
        "reservation_id": "reservation-1",
        "placed_at": "2026-11-26T12:00:00Z",
    }


def confirmed(order_id: str = "order-1", customer_id: str | None = None, /, **items: int) -> OrderConfirmed:
    fields = _order(order_id, items or {"mug": 3, "pan": 2}, customer_id)
    return OrderConfirmed.of(OrderSnapshot.model_validate(fields), correlation_id="c-1")


def cancelled(order_id: str = "order-1") -> OrderCancelled:
    more = {"reason": "changed my mind", "restocked": [], "refund": _usd(100)}
    fields = {**_order(order_id, {"mug": 3, "pan": 2}, None), **more}
    return OrderCancelled.of(OrderCancellation.model_validate(fields), correlation_id="c-2")


def ship(client: Client, order_id: str = "order-1", /, *, key: str | None = None, **items: int) -> Answer:
    body = {
        "order_id": order_id,
        "items": [{"sku": sku, "quantity": count} for sku, count in items.items()],
        "carrier": "UPS",
        "tracking_number": "1Z999AA10123456784",
    }
    headers = {"idempotency-key": key} if key else {}
    return client.call("POST", "/v1/shipments", body=body, headers=headers, route="POST /v1/shipments")


def read(client: Client, id: object, headers: Mapping[str, str] | None = None) -> Answer:
    return client.call("GET", f"/v1/shipments/{id}", headers=headers, route="GET /v1/shipments/{id}")


def track(client: Client, id: object, status: str, hour: int, **more: object) -> Answer:
    body = {"status": status, "occurred_at": f"2026-11-20T{hour:02d}:00:00Z", **more}
    return client.call("POST", f"/v1/shipments/{id}/events", body=body, route="POST /v1/shipments/{id}/events")


def shipments(client: Client, order_id: str = "order-1", /, **query: str) -> Answer:
    path, route = f"/v1/orders/{order_id}/shipments", "GET /v1/orders/{id}/shipments"
    return client.call("GET", path, query=query, route=route)
