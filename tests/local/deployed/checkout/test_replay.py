"""Replaying everything that ever happened changes nothing."""

from __future__ import annotations

from tests.local.deployed.checkout.shop import Shop


def test_a_replay_of_the_archive_changes_neither_stock_nor_money_nor_orders(shop: Shop) -> None:
    sku = shop.sell(stock=3)
    ended = shop.check_out(shop.cart(sku))
    shop.storefront.eventually(lambda: shop.order(ended["order_id"])["payment_status"] == "captured")
    shop.storefront.eventually(lambda: len(shop.outstanding(ended["order_id"])) == 1)
    cancelled = shop.check_out(shop.cart(sku))
    shop.storefront.visitor.post(f"/v1/orders/{cancelled['order_id']}/cancel", json={"reason": "changed my mind"})
    shop.storefront.eventually(lambda: shop.order(cancelled["order_id"])["payment_status"] == "refunded")
    shop.storefront.eventually(lambda: shop.stock(sku) == (2, 0, 2))

    def seen() -> object:
        orders = [shop.order(one["order_id"]) for one in (ended, cancelled)]
        return shop.stock(sku), shop.sales(), orders, shop.outstanding(ended["order_id"])

    before = seen()
    with shop.storefront.impatient_queues():
        shop.storefront.replay()
        shop.storefront.queues_come_to_rest()
    assert seen() == before
