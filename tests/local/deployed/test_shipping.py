"""Shipping quotes and shipments of the deployed storefront."""

import json
from http import HTTPStatus
from typing import Any

from contracts.envelope import DomainEvent
from contracts.model import Contract
from tests.local.deployed.storefront import Storefront, assert_problem, product
from tests.services.shipping.calls import cancelled, confirmed


def say(storefront: Storefront, event: DomainEvent[Contract]) -> None:
    """Puts an event on the bus, as the relay of the service that states it does."""
    events = storefront.aws("events")
    (bus,) = [bus["Name"] for bus in events.list_event_buses()["EventBuses"] if bus["Name"] != "default"]
    detail = json.dumps(event.model_dump(mode="json"))
    entry = {"EventBusName": bus, "Source": event.source, "DetailType": event.detail_type, "Detail": detail}
    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0


def order(storefront: Storefront, **items: int) -> str:
    """The id of an order that shipping has heard of."""
    order_id = storefront.new_id("order")
    say(storefront, confirmed(order_id, **items))
    storefront.eventually(lambda: storefront.visitor.get(f"/v1/orders/{order_id}/shipments").is_success)
    return order_id


def ship(storefront: Storefront, order_id: str, **items: int) -> Any:
    body = {
        "order_id": order_id,
        "items": [{"sku": sku, "quantity": count} for sku, count in items.items()],
        "carrier": "UPS",
    }
    return storefront.merchant.post("/v1/shipments", json=body)


def test_everybody_may_ask_what_shipping_costs(storefront: Storefront) -> None:
    heavy = storefront.publish(product(attributes={"weight_grams": "9000"}))

    def standard() -> int:
        asked = {
            "destination": {"country": "US", "region": "MN"},
            "items": [{"sku": heavy["id"], "quantity": 1}],
            "currency": "USD",
        }
        offers = storefront.visitor.post("/v1/shipping/quotes", json=asked).json()["items"]
        return int({offer["id"]: offer["price"]["amount"] for offer in offers}["standard"])

    storefront.eventually(lambda: standard() == 1499)


def test_an_order_is_shipped_in_parts_and_each_is_told(storefront: Storefront) -> None:
    order_id = order(storefront, mug=3)
    with storefront.listening("ShipmentDispatched") as heard:
        parcels = [ship(storefront, order_id, mug=2).json()["id"], ship(storefront, order_id, mug=1).json()["id"]]
        problem = assert_problem(ship(storefront, order_id, mug=1), HTTPStatus.CONFLICT)
        for parcel in parcels:
            said = {"status": "dispatched", "occurred_at": "2026-11-20T10:00:00Z"}
            for _ in range(2):
                storefront.merchant.post(f"/v1/shipments/{parcel}/events", json=said).raise_for_status()
        told = heard.of("shipment_id", parcels[0]) + heard.of("shipment_id", parcels[1])

    assert problem["type"].endswith("quantity-exceeded")
    assert [event["detail"]["data"]["complete"] for event in told] == [False, True]
    listed = storefront.visitor.get(f"/v1/orders/{order_id}/shipments").json()
    assert [item["status"] for item in listed["items"]] == ["dispatched", "dispatched"]
    assert listed["outstanding"] == []


def test_a_cancelled_order_is_not_shipped(storefront: Storefront) -> None:
    order_id = order(storefront, mug=1)
    say(storefront, cancelled(order_id))

    storefront.eventually(lambda: ship(storefront, order_id, mug=2).json()["type"].endswith("order-cancelled"))


def test_a_customers_shipment_is_the_customers(storefront: Storefront) -> None:
    order_id = storefront.new_id("order")
    say(storefront, confirmed(order_id, "somebody-else"))
    path = f"/v1/orders/{order_id}/shipments"

    storefront.eventually(lambda: storefront.merchant.get(path).is_success)

    for client in (storefront.visitor, storefront.customer):
        assert_problem(client.get(path), HTTPStatus.NOT_FOUND)
