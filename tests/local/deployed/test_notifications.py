"""E-mail, from an event on the bus to what SES was handed over."""

import json
import uuid
from typing import Any

import httpx

from local.mails import PATH, mails
from tests.local.deployed.storefront import Storefront


def usd(amount: int) -> dict[str, Any]:
    return {"currency": "USD", "amount": amount}


def order(order_id: str, email: str, **fields: Any) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "number": "7K3MP-Q2X9A",
        "checkout_id": "c-1",
        "cart_id": "k-1",
        "customer_id": None,
        "email": email,
        "language": "de",
        "currency": "USD",
        "lines": [
            {
                "sku": "mug",
                "product_id": "mug",
                "name": "Tasse",
                "quantity": 2,
                "unit_price": usd(1600),
                "total": usd(3200),
            }
        ],
        "subtotal": usd(3200),
        "discount": usd(0),
        "shipping": usd(500),
        "tax": usd(0),
        "total": usd(3700),
        "shipping_address": {"name": "Ada", "line1": "1 Main St", "city": "London", "country": "GB"},
        "shipping_option": {"id": "standard", "name": "Standard"},
        "payment_id": "p-1",
        "reservation_id": "r-1",
        "placed_at": "2026-11-26T08:00:00Z",
        **fields,
    }


def parcel(order_id: str) -> dict[str, Any]:
    return {
        "shipment_id": f"s-{order_id}",
        "order_id": order_id,
        "items": [{"sku": "mug", "quantity": 2}],
        "carrier": "Post",
        "tracking_number": "T-1",
        "complete": True,
    }


def say(storefront: Storefront, source: str, detail_type: str, data: dict[str, Any], event_id: str) -> None:
    """Puts an event on the bus in the name of a service."""
    metadata = {"event_id": event_id, "occurred_at": "2026-11-26T08:00:00Z", "correlation_id": event_id, "version": 1}
    bus = next(
        bus["Name"] for bus in storefront.aws("events").list_event_buses()["EventBuses"] if "Mesh" in bus["Name"]
    )
    answer = storefront.aws("events").put_events(
        Entries=[
            {
                "EventBusName": bus,
                "Source": f"storefront.{source}",
                "DetailType": detail_type,
                "Detail": json.dumps({"metadata": metadata, "data": data}),
            }
        ]
    )
    assert answer["FailedEntryCount"] == 0


def sent(storefront: Storefront, address: str) -> list[str]:
    answer = httpx.get(f"{storefront.endpoint}{PATH}").json()["messages"]
    return [each["Subject"] for messages in answer.values() for each in messages if each["To"] == [address]]


def test_an_order_is_told_once_in_the_customers_language_though_its_parcel_was_heard_of_first(
    storefront: Storefront,
) -> None:
    name = uuid.uuid4().hex
    address = f"{name}@example.com"
    for _ in range(2):
        say(storefront, "shipping", "ShipmentDispatched", parcel(name), f"p-{name}")
    say(storefront, "orders", "OrderConfirmed", order(name, address), f"o-{name}")
    expected = ["Ihre Bestellung 7K3MP-Q2X9A ist bestätigt", "Ihre Bestellung 7K3MP-Q2X9A ist unterwegs"]
    storefront.eventually(lambda: sorted(sent(storefront, address)) == expected, within_seconds=60)

    say(storefront, "orders", "OrderConfirmed", order(name, address), f"o-{name}")
    say(storefront, "orders", "OrderCancelled", cancelled(name, address), f"c-{name}")
    storefront.eventually(lambda: len(sent(storefront, address)) > 2, within_seconds=30)
    assert sorted(sent(storefront, address)) == sorted([*expected, "Ihre Bestellung 7K3MP-Q2X9A ist storniert"])
    printed = [str(line) for line in mails(storefront.endpoint, to=address)]
    assert any("2 \u00d7 Tasse" in line for line in printed)


def cancelled(order_id: str, email: str) -> dict[str, Any]:
    return order(order_id, email, reason="changed my mind", restocked=[], refund=usd(3700))
