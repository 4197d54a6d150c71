"""From search to delivered order."""

from __future__ import annotations

from http import HTTPStatus

from tests.local.deployed.checkout.shop import PRICE, SHIPPING, Shop


def test_a_cart_becomes_an_order_that_is_shipped_and_delivered(shop: Shop) -> None:
    storefront, sku = shop.storefront, shop.sell(stock=5)
    before = shop.sales()
    name = storefront.visitor.get(f"/v1/products/{sku}").json()["name"]
    storefront.eventually(lambda: sku in storefront.found(name.split()[1]))

    cart = shop.cart(sku, quantity=2)
    total = 2 * PRICE + shop.shipping(sku, quantity=2)
    checkout = shop.begin(cart, expected_total={"currency": "USD", "amount": total})
    ended = shop.end(checkout)

    assert ended["status"] == "completed", ended.get("problem")
    assert ended["total"] == {"currency": "USD", "amount": total}
    order = shop.order(ended["order_id"])
    assert (order["status"], order["total"]) == ("confirmed", ended["total"])
    assert shop.stock(sku) == (3, 0, 3)
    assert shop.sales() == before + total
    storefront.eventually(lambda: shop.cart_status(cart) == "ordered")
    storefront.eventually(lambda: shop.order(ended["order_id"])["payment_status"] == "captured")

    body = {"order_id": ended["order_id"], "items": [{"sku": sku, "quantity": 2}]}
    body |= {"carrier": "UPS", "tracking_number": "1Z999AA10123456784"}
    storefront.eventually(lambda: storefront.merchant.post("/v1/shipments", json=body).is_success)
    shipments = storefront.visitor.get(f"/v1/orders/{ended['order_id']}/shipments").json()["items"]
    shipment = shipments[0]["id"]
    for status in ("dispatched", "delivered"):
        event = {"status": status, "occurred_at": "2026-11-26T09:00:00Z"}
        told = storefront.merchant.post(f"/v1/shipments/{shipment}/events", json=event)
        assert told.status_code == HTTPStatus.OK, told.text
    storefront.eventually(lambda: shop.order(ended["order_id"])["status"] == "delivered")


def test_a_challenge_is_passed_and_the_payment_answers_later(shop: Shop) -> None:
    sku = shop.sell(stock=1)
    checkout = shop.begin(shop.cart(sku), token="card_challenge")
    shop.storefront.eventually(lambda: "challenge_url" in shop.read(checkout), within_seconds=30)
    waiting = shop.read(checkout)
    assert (waiting["status"], waiting["waiting_for"], waiting["poll_after_seconds"]) == ("processing", "payment", 5)

    shop.answer_challenge(waiting["challenge_url"], "passed").raise_for_status()

    assert shop.end(checkout)["status"] == "completed"
    assert shop.stock(sku) == (0, 0, 0)


def test_a_large_order_waits_for_a_merchant(shop: Shop) -> None:
    sku = shop.sell(stock=2, price=600_000)
    approved, rejected = (shop.begin(shop.cart(sku)) for _ in range(2))
    for checkout in (approved, rejected):
        shop.storefront.eventually(lambda: shop.read(checkout).get("waiting_for") == "review", within_seconds=30)  # noqa: B023
    waiting = shop.storefront.merchant.get("/v1/checkouts", params={"limit": 100}).json()["items"]
    assert {approved, rejected} <= {item["id"] for item in waiting}

    for checkout, decision in ((approved, "approve"), (rejected, "reject")):
        answer = shop.storefront.merchant.post(f"/v1/checkouts/{checkout}/review", json={"decision": decision})
        assert answer.status_code == HTTPStatus.ACCEPTED, answer.text

    assert shop.end(approved)["status"] == "completed"
    assert shop.end(rejected)["problem"]["type"].endswith(":review-rejected")
    assert shop.stock(sku) == (1, 0, 1)


def test_a_card_whose_provider_is_slow_or_repeats_itself_pays_once(shop: Shop) -> None:
    sku = shop.sell(stock=2)
    before = shop.sales()
    checkouts = [shop.begin(shop.cart(sku), token=token) for token in ("card_timeout", "card_answers_twice")]
    for checkout in checkouts:
        assert shop.end(checkout)["status"] == "completed"
    assert shop.sales() == before + 2 * (PRICE + SHIPPING)
    assert shop.stock(sku) == (0, 0, 0)
