"""Orders of the deployed storefront, from checkout's signed calls to goods that come back."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import httpx
import jwt
import pytest

from tests.local.deployed.storefront import Storefront, assert_problem
from tests.services.orders.conftest import line, order_body, usd


@pytest.fixture
def stocked(storefront: Storefront) -> str:
    """A SKU of which 10 are on hand."""
    sku = storefront.new_id("sku")
    storefront.merchant.put(f"/v1/inventory/{sku}", json={"on_hand": 10}).raise_for_status()
    return sku


def place(storefront: Storefront, sku: str, **fields: Any) -> dict[str, Any]:
    """An order of three of a SKU, confirmed, its stock taken as checkout does it."""
    order_id, reservation = storefront.new_id("order"), storefront.new_id("reservation")
    items = [{"sku": sku, "quantity": 3}]
    storefront.account.put(f"/v1/reservations/{reservation}", json={"items": items}).raise_for_status()
    body = order_body(
        lines=[line(sku, 3, 1000)],
        subtotal=usd(1000),
        total=usd(1500),
        reservation_id=reservation,
        payment_id=storefront.new_id("payment"),
        **fields,
    )
    for _ in range(2):
        storefront.account.put(f"/v1/orders/{order_id}", json=body).raise_for_status()
    storefront.account.post(f"/v1/reservations/{reservation}/commit").raise_for_status()
    confirmed = storefront.account.post(f"/v1/orders/{order_id}/confirm")
    confirmed.raise_for_status()
    order: dict[str, Any] = confirmed.json()
    return order


def on_hand(storefront: Storefront, sku: str) -> int:
    return int(storefront.visitor.get(f"/v1/inventory/{sku}").json()["on_hand"])


def test_a_cancelled_order_s_goods_are_back_in_stock_once_even_after_a_replay(
    storefront: Storefront, stocked: str
) -> None:
    began = datetime.now(UTC)
    with storefront.listening("OrderCancelled") as heard:
        order = place(storefront, stocked)
        assert on_hand(storefront, stocked) == 7
        path = f"/v1/orders/{order['id']}"
        for _ in range(2):
            assert storefront.visitor.post(f"{path}/cancel").json()["status"] == "cancelled"
        (told,) = heard.of("order_id", order["id"])
    storefront.eventually(lambda: on_hand(storefront, stocked) == 10)
    assert told["detail"]["data"]["refund"] == usd(1500)

    with storefront.listening("OrderCancelled") as heard:
        storefront.replay(since=began)
        assert heard.of("order_id", order["id"])
    later = place(storefront, stocked)
    storefront.visitor.post(f"/v1/orders/{later['id']}/cancel").raise_for_status()
    storefront.eventually(lambda: on_hand(storefront, stocked) >= 10)
    assert on_hand(storefront, stocked) == 10


def test_an_order_is_shipped_delivered_and_sent_back(storefront: Storefront, stocked: str) -> None:
    order = place(storefront, stocked)
    path = f"/v1/orders/{order['id']}"

    def ship() -> httpx.Response:
        parcel = {"order_id": order["id"], "items": [{"sku": stocked, "quantity": 3}], "carrier": "UPS"}
        return storefront.merchant.post("/v1/shipments", json=parcel)

    def status() -> str:
        return str(storefront.visitor.get(path).json()["status"])

    storefront.eventually(lambda: storefront.visitor.get(f"{path}/shipments").is_success)
    shipped = ship()
    shipped.raise_for_status()
    for news, expected in (("dispatched", "shipped"), ("delivered", "delivered")):
        said = {"status": news, "occurred_at": "2026-11-20T10:00:00Z"}
        storefront.merchant.post(f"/v1/shipments/{shipped.json()['id']}/events", json=said).raise_for_status()
        storefront.eventually(lambda expected=expected: status() == expected)
    assert_problem(storefront.visitor.post(f"{path}/cancel"), HTTPStatus.CONFLICT)

    asked = storefront.visitor.post(
        f"{path}/returns", json={"items": [{"sku": stocked, "quantity": 2}], "reason": "does not fit"}
    )
    assert asked.status_code == HTTPStatus.CREATED
    back = storefront.merchant.post(f"{path}/returns/{asked.json()['id']}/receive")
    assert back.json()["refund"] == usd(666)
    storefront.eventually(lambda: on_hand(storefront, stocked) == 9)
    assert status() == "partially_returned"


def test_a_customer_sees_that_customer_s_orders_and_nobody_else_does(storefront: Storefront, stocked: str) -> None:
    subject = jwt.decode(storefront.customer_token, options={"verify_signature": False})["sub"]
    mine = place(storefront, stocked, customer_id=subject)
    others = place(storefront, stocked, customer_id="somebody-else")

    listed = [item["id"] for item in storefront.customer.get("/v1/orders").json()["items"]]
    assert mine["id"] in listed
    assert others["id"] not in listed
    assert storefront.customer.get(f"/v1/orders/{mine['id']}").is_success
    for client, order in ((storefront.visitor, mine), (storefront.customer, others)):
        assert_problem(client.get(f"/v1/orders/{order['id']}"), HTTPStatus.NOT_FOUND)
        assert_problem(client.post(f"/v1/orders/{order['id']}/cancel"), HTTPStatus.NOT_FOUND)
    everybody = [item["id"] for item in storefront.merchant.get("/v1/orders", params={"limit": 100}).json()["items"]]
    assert {mine["id"], others["id"]} <= set(everybody)


def test_a_guest_finds_the_order_and_its_invoice(storefront: Storefront, stocked: str) -> None:
    order = place(storefront, stocked)
    asked = {"number": order["number"].lower(), "email": "ada@example.org"}
    found = storefront.visitor.post("/v1/orders/lookup", json=asked)
    assert (found.status_code, found.json()["id"]) == (HTTPStatus.OK, order["id"])
    wrong = storefront.visitor.post("/v1/orders/lookup", json=asked | {"email": "eve@example.org"})
    assert_problem(wrong, HTTPStatus.NOT_FOUND)

    invoice = storefront.visitor.get(f"/v1/orders/{order['id']}/invoice")
    assert (invoice.status_code, invoice.headers["content-type"]) == (HTTPStatus.OK, "text/html; charset=utf-8")
    assert order["number"] in invoice.text


def test_only_services_make_orders(storefront: Storefront) -> None:
    path = f"/v1/orders/{storefront.new_id('order')}"
    for client in (storefront.visitor, storefront.customer, storefront.merchant):
        assert client.put(path, json=order_body()).status_code == HTTPStatus.FORBIDDEN
    assert_problem(storefront.visitor.get(path), HTTPStatus.NOT_FOUND)
