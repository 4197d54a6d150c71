"""Functions of inventory and orders die half way: stock is held, taken and given back once all the same."""

from http import HTTPStatus

import pytest

from tests.local.deployed.storefront import Storefront
from tests.local.deployed.test_orders import on_hand, place
from tests.services.orders.conftest import line, order_body, usd

TRANSACTION = "DynamoDB_20120810.TransactWriteItems"
SERVER_ERROR = 500


@pytest.fixture
def stocked(storefront: Storefront) -> str:
    """A SKU of which 10 are on hand."""
    sku = storefront.new_id("sku")
    storefront.merchant.put(f"/v1/inventory/{sku}", json={"on_hand": 10}).raise_for_status()
    return sku


@pytest.mark.parametrize(("moment", "status"), [("before", HTTPStatus.CREATED), ("after", HTTPStatus.OK)])
def test_stock_is_held_once_though_the_answer_was_lost(
    storefront: Storefront, stocked: str, moment: str, status: HTTPStatus
) -> None:
    path = f"/v1/reservations/{storefront.new_id('reservation')}"
    body = {"items": [{"sku": stocked, "quantity": 3}]}
    with storefront.killing("InventoryApi", at=TRANSACTION, moment=moment):
        died = storefront.account.put(path, json=body)
    again = storefront.account.put(path, json=body)

    assert died.status_code >= SERVER_ERROR
    assert again.status_code == status
    assert storefront.visitor.get(f"/v1/inventory/{stocked}").json()["reserved"] == 3


def test_a_confirmation_whose_answer_was_lost_is_told_once(storefront: Storefront) -> None:
    order_id = storefront.new_id("order")
    body = order_body(lines=[line("mug", 3, 1000)], subtotal=usd(1000), total=usd(1500))
    storefront.account.put(f"/v1/orders/{order_id}", json=body).raise_for_status()
    with storefront.listening("OrderConfirmed") as heard:
        with storefront.killing("OrdersApi", at=TRANSACTION, moment="after"):
            died = storefront.account.post(f"/v1/orders/{order_id}/confirm")
        again = storefront.account.post(f"/v1/orders/{order_id}/confirm")
        told = heard.of("order_id", order_id)

    assert died.status_code >= SERVER_ERROR
    assert (again.status_code, again.json()["status"]) == (HTTPStatus.OK, "confirmed")
    assert len(told) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_consumer_that_dies_gives_the_stock_back_once(storefront: Storefront, stocked: str, moment: str) -> None:
    order = place(storefront, stocked)
    with storefront.impatient_queues():
        with storefront.killing("InventoryEvents", at=TRANSACTION, moment=moment):
            storefront.visitor.post(f"/v1/orders/{order['id']}/cancel").raise_for_status()
        storefront.eventually(lambda: on_hand(storefront, stocked) == 10, within_seconds=60)
        # A later order's stock comes by the same queue, after the event was delivered again.
        later = place(storefront, stocked)
        storefront.visitor.post(f"/v1/orders/{later['id']}/cancel").raise_for_status()
        storefront.eventually(lambda: on_hand(storefront, stocked) >= 10, within_seconds=60)

    assert on_hand(storefront, stocked) == 10
