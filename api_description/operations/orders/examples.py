"""An order, as the description shows it."""

from __future__ import annotations

from api_description.examples import POSTAL_ADDRESS


def usd(amount: int) -> dict[str, object]:
    """Give an amount of an example."""
    return {"currency": "USD", "amount": amount}


ITEMS: list[dict[str, object]] = [{"sku": "enamel-mug-blue", "quantity": 1}]
LINE: dict[str, object] = {
    "sku": "enamel-mug-blue",
    "quantity": 2,
    "product_id": "enamel-mug",
    "name": "Enamel Camp Mug, Blue",
    "unit_price": usd(1600),
    "discount": usd(320),
    "tax": usd(198),
    "total": usd(3078),
}
BOUGHT: dict[str, object] = {
    "customer_id": "5d0c1e3a-7b2f-4e60-9c3e-1d5a7b2f4e60",
    "email": "ada@example.com",
    "language": "en",
    "currency": "USD",
    "lines": [LINE],
    "discounts": [{"code": "TENTH", "title": "10 % off the kitchen", "amount": usd(320)}],
    "subtotal": usd(3200),
    "discount": usd(320),
    "shipping": usd(500),
    "shipping_discount": usd(0),
    "tax": usd(198),
    "tax_included": False,
    "total": usd(3578),
    "shipping_address": POSTAL_ADDRESS,
    "shipping_option": {"id": "standard", "name": "Standard", "price": usd(500)},
}
CHECKED_OUT: dict[str, object] = BOUGHT | {
    "checkout_id": "0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55",
    "cart_id": "f3a91c5e7b2f4e60",
    "payment_id": "0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55",
    "reservation_id": "0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55",
}
SUMMARY: dict[str, object] = {
    "id": "9c3e1d5a7b2f4e609c3e1d5a7b2f4e60",
    "number": "7K3QD-9XV2M",
    "status": "confirmed",
    "payment_status": "captured",
    "placed_at": "2026-11-23T16:05:14.218Z",
    "email": "ada@example.com",
    "pieces": 2,
    "total": usd(3578),
}
ORDER: dict[str, object] = {
    **{name: value for name, value in SUMMARY.items() if name != "pieces"},
    **BOUGHT,
    "lines": [LINE | {"shipped": 0, "delivered": 0, "returned": 0}],
    "refunded": usd(0),
    "reason": None,
    "shipments": [],
    "returns": [],
}
ASKED: dict[str, object] = {
    "id": "6f0e4a2a9a2e0d2f6c1f7f555b0f7a9e",
    "status": "requested",
    "items": ITEMS,
    "reason": "too small",
    "requested_at": "2026-11-28T09:12:00.000Z",
    "received_at": None,
    "refund": None,
}
RECEIVED: dict[str, object] = ASKED | {
    "status": "received",
    "received_at": "2026-12-02T11:40:00.000Z",
    "refund": usd(1539),
}
