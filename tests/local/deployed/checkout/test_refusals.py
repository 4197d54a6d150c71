"""Whatever stops a checkout, nothing of it stays."""

from __future__ import annotations

import uuid
from http import HTTPStatus

import pytest

from tests.local.deployed.checkout.shop import PRICE, SHIPPING, Shop


@pytest.mark.parametrize(
    ("token", "kind"), [("card_declined", "payment-declined"), ("card_insufficient_funds", "payment-declined")]
)
def test_a_declined_card_leaves_nothing_behind(shop: Shop, token: str, kind: str) -> None:
    sku = shop.sell(stock=3)
    before, cart = shop.sales(), shop.cart(sku, quantity=2)
    checkout = shop.begin(cart, token=token)
    ended = shop.end(checkout)
    assert ended["problem"]["type"].endswith(f":{kind}"), ended
    assert shop.stock(sku) == (3, 0, 3)
    assert shop.sales() == before
    assert shop.payment(checkout)["status"] == "declined"
    assert shop.cart_status(cart) == "open"
    # The same cart can be paid with another card.
    assert shop.check_out(cart)["status"] == "completed"


def test_a_failed_challenge_leaves_nothing_behind(shop: Shop) -> None:
    sku = shop.sell(stock=1)
    before = shop.sales()
    checkout = shop.begin(shop.cart(sku), token="card_challenge")
    shop.storefront.eventually(lambda: "challenge_url" in shop.read(checkout), within_seconds=30)
    shop.answer_challenge(shop.read(checkout)["challenge_url"], "failed").raise_for_status()
    assert shop.end(checkout)["problem"]["type"].endswith(":payment-declined")
    assert (shop.stock(sku), shop.sales()) == ((1, 0, 1), before)


def test_what_is_not_in_stock_is_not_charged(shop: Shop) -> None:
    sku = shop.sell(stock=1)
    before, cart = shop.sales(), shop.cart(sku, quantity=2)
    checkout = shop.begin(cart)
    assert shop.end(checkout)["problem"]["type"].endswith(":insufficient-stock")
    assert (shop.stock(sku), shop.sales(), shop.payment(checkout)) == ((1, 0, 1), before, {})


def test_a_price_that_changed_is_not_charged(shop: Shop) -> None:
    cart = shop.cart(shop.sell(stock=1))
    assert shop.failure(cart, expected_total={"currency": "USD", "amount": 1}) == "price-changed"


def test_the_cart_decides_what_can_be_bought(shop: Shop) -> None:
    assert shop.failure("0" * 32) == "not-found"
    assert shop.failure(shop.empty_cart()) == "cart-empty"
    cart = shop.cart(shop.sell(stock=5))
    assert shop.failure(cart, shipping_option="by-drone") == "shipping-option-unavailable"
    assert shop.check_out(cart)["status"] == "completed"
    shop.storefront.eventually(lambda: shop.cart_status(cart) == "ordered")
    assert shop.failure(cart) == "cart-ordered"


def test_a_failed_checkout_gives_its_coupon_back_and_a_used_up_one_stops_the_next(shop: Shop) -> None:
    code, sku = f"ONCE-{uuid.uuid4().hex[:8]}".upper(), shop.sell(stock=3)
    promotion = {"title": "Once", "effect": {"type": "percentage", "basis_points": 1000}, "limit": 1}
    answer = shop.storefront.merchant.put(f"/v1/promotions/{code}", json=promotion)
    assert answer.status_code == HTTPStatus.CREATED, answer.text
    carts = [shop.cart(sku) for _ in range(2)]
    for cart in carts:
        shop.storefront.visitor.post(f"/v1/carts/{cart}/coupons", json={"code": code}).raise_for_status()

    assert shop.failure(carts[0], token="card_declined") == "payment-declined"
    assert shop.check_out(carts[1])["total"]["amount"] == PRICE * 9 // 10 + SHIPPING
    assert shop.failure(carts[0]) == "coupon-refused"
    uses = shop.storefront.merchant.get(f"/v1/promotions/{code}/uses").json()
    assert (uses["uses"], uses["limit"]) == (1, 1)
    assert shop.stock(sku) == (2, 0, 2)
