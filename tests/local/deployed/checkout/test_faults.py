"""Functions die, hang, find no capacity, hear things twice and late: money and stock add up all the same.

Each storm lets several shoppers buy while faults strike. Afterwards every promise is looked at from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, TypeAlias

import pytest

from tests.local.deployed.checkout.shop import Shop

Fault: TypeAlias = dict[str, Any]

STOCK = 12
CARDS = ("card_ok", "card_ok", "card_declined", "card_answers_twice")
SAGA = "Checkout-SagaFunctionsSagaFunction"
TRANSACTION = "DynamoDB_20120810.TransactWriteItems"
PUT_EVENTS = "AWSEvents.PutEvents"
CALLS_OF_THE_SAGA = (
    "PUT /v1/carts/",
    "POST /v1/shipping/quotes",
    "POST /v1/prices/quotes",
    "PUT /v1/reservations/",
    "PUT /v1/payments/",
    "PUT /v1/orders/",
    "POST /v1/payments/",
    "POST /v1/reservations/",
    "POST /v1/orders/",
    TRANSACTION,
)
SERVICES = ("Cart-CartApi", "Inventory-InventoryApi", "Orders-OrdersApi", "Payments-PaymentsApi")
CONSUMERS = ("Cart-CartEvents", "Orders-OrdersEvents", "Shipping-ShippingEvents")
PUBLISHERS = ("Checkout-CheckoutOutboxRelay", "Orders-OrdersOutboxRelay", "Payments-PaymentsOutboxRelay")


def killing(function: str, calls: Sequence[str], moment: str) -> list[Fault]:
    return [{"function": function, "kind": "kill", "call": call, "moment": moment} for call in calls]


STORMS: dict[str, list[Fault]] = {
    "the saga dies before each of its calls": killing(SAGA, CALLS_OF_THE_SAGA, "before"),
    "the saga dies after each of its calls": killing(SAGA, CALLS_OF_THE_SAGA, "after"),
    "each step is delivered twice": [{"function": SAGA, "kind": "repeat", "times": 16}],
    "services die before their writes": [
        fault for name in SERVICES for fault in killing(name, [TRANSACTION], "before")
    ],
    "services die after their writes": [fault for name in SERVICES for fault in killing(name, [TRANSACTION], "after")],
    "answers come after the caller has given up": [
        {"function": SAGA, "kind": "delay", "call": call, "seconds": 11.0}
        for call in ("PUT /v1/reservations/", "PUT /v1/payments/", "POST /v1/payments/")
    ],
    "transactions meet others": [
        {"function": name, "kind": "conflict", "call": TRANSACTION, "times": 12} for name in (*SERVICES, SAGA)
    ],
    "tables find no capacity": [
        {"function": name, "kind": "throttle", "call": "DynamoDB_", "times": 9} for name in (*SERVICES, SAGA)
    ],
    "consumers hear everything twice": [{"function": name, "kind": "repeat", "times": 3} for name in CONSUMERS],
    "consumers hear things late": [{"function": name, "kind": "late", "times": 1} for name in CONSUMERS],
    "relays die after they published": [fault for name in PUBLISHERS for fault in killing(name, [PUT_EVENTS], "after")],
}


@pytest.mark.parametrize("faults", STORMS.values(), ids=STORMS.keys())
def test_money_and_stock_add_up_when(shop: Shop, faults: list[Fault]) -> None:
    sku, sales = shop.sell(stock=STOCK), shop.sales()
    with ExitStack() as storm, ThreadPoolExecutor(STOCK) as shoppers:
        carts = list(shoppers.map(lambda _: shop.cart(sku), range(STOCK)))
        storm.enter_context(shop.storefront.impatient_queues())
        storm.callback(shop.storefront.forget_faults)
        for fault in faults:
            storm.enter_context(shop.storefront.fault(**fault))
        checkouts = list(shoppers.map(lambda at: shop.begin(at[1], token=CARDS[at[0] % len(CARDS)]), enumerate(carts)))
        ended = list(shoppers.map(lambda checkout: shop.end(checkout, within_seconds=180), checkouts))

        bought = [checkout for checkout in ended if checkout["status"] == "completed"]
        assert bought
        shop.assert_it_adds_up(sku, bought, stock=STOCK, sales=sales)
        # What was heard of it is heard by all in the end, and once.
        for checkout, cart in zip(ended, carts, strict=True):
            wanted = "ordered" if checkout["status"] == "completed" else "open"
            shop.storefront.eventually(lambda: shop.cart_status(cart) == wanted, within_seconds=60)  # noqa: B023
        for checkout in bought:
            order = checkout["order_id"]
            shop.storefront.eventually(
                lambda: shop.order(order)["payment_status"] == "captured",  # noqa: B023
                within_seconds=60,
            )
            shop.storefront.eventually(
                lambda: len(shop.outstanding(order)) == 1,  # noqa: B023
                within_seconds=60,
            )
    shop.assert_it_adds_up(sku, bought, stock=STOCK, sales=sales)
