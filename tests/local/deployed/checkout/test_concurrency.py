"""Many at once: no stock is sold twice, no request counts twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from uuid import uuid4

from tests.local.deployed.checkout.shop import PRICE, SHIPPING, Shop

SHOPPERS, UNITS = 200, 50


def test_two_hundred_checkouts_for_fifty_units_complete_fifty(shop: Shop) -> None:
    sku = shop.sell(stock=UNITS)
    before = shop.sales()
    with ThreadPoolExecutor(20) as few:
        carts = list(few.map(lambda _: shop.cart(sku), range(SHOPPERS)))
    with ThreadPoolExecutor(SHOPPERS) as all_at_once:
        checkouts = list(all_at_once.map(shop.begin, carts))
    with ThreadPoolExecutor(4) as few:
        ended = list(few.map(lambda checkout: shop.end(checkout, within_seconds=600), checkouts))

    completed = [checkout for checkout in ended if checkout["status"] == "completed"]
    kinds = Counter(str(checkout["problem"]["type"]).rpartition(":")[2] for checkout in ended if "problem" in checkout)
    assert (len(completed), kinds) == (UNITS, {"insufficient-stock": SHOPPERS - UNITS})
    assert shop.stock(sku) == (0, 0, 0)
    totals = [shop.order(checkout["order_id"])["total"]["amount"] for checkout in completed]
    assert totals == [PRICE + SHIPPING] * UNITS
    assert shop.sales() == before + sum(totals)


def test_one_key_sent_twenty_times_at_once_makes_one_order(shop: Shop) -> None:
    sku = shop.sell(stock=20)
    before, cart, key = shop.sales(), shop.cart(sku), str(uuid4())
    headers, body = {"Idempotency-Key": key}, shop.request(cart)
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda _: shop.storefront.visitor.post("/v1/checkouts", json=body, headers=headers), range(20))
        )

    assert {answer.status_code for answer in answers} == {HTTPStatus.ACCEPTED}
    assert len({answer.text for answer in answers}) == 1
    assert shop.end(answers[0].json()["id"])["status"] == "completed"
    assert shop.stock(sku) == (19, 0, 19)
    assert shop.sales() == before + PRICE + SHIPPING
    other = shop.storefront.visitor.post("/v1/checkouts", json=shop.request(shop.cart(sku)), headers=headers)
    assert other.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
