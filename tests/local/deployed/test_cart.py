"""Carts of the deployed storefront, whose prices one service asks of another."""

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from tests.local.deployed.storefront import Storefront, assert_problem, product


@pytest.fixture
def sku(storefront: Storefront) -> str:
    """A SKU that is sold for 16 dollars, as carts and pricing know by now."""
    body = storefront.publish(product(price={"currency": "USD", "amount": 1600}, name="Mug"))
    cart = begin(storefront.visitor)
    storefront.eventually(lambda: put(storefront.visitor, cart, body["id"], 1).is_success)
    storefront.eventually(lambda: storefront.visitor.get(cart).json()["items"][0]["available"])
    return str(body["id"])


def begin(client: httpx.Client) -> str:
    created = client.post("/v1/carts", json={"currency": "USD"})
    created.raise_for_status()
    return str(created.headers["location"])


def put(client: httpx.Client, cart: str, sku: str, quantity: int) -> httpx.Response:
    return client.put(f"{cart}/items/{sku}", json={"quantity": quantity})


def contents(client: httpx.Client, cart: str) -> dict[str, int]:
    answer = client.get(cart)
    answer.raise_for_status()
    return {item["sku"]: item["quantity"] for item in answer.json()["items"]}


def test_a_cart_shows_what_pricing_says(storefront: Storefront, sku: str) -> None:
    cart = begin(storefront.visitor)
    answer = put(storefront.visitor, cart, sku, 3)

    found: dict[str, Any] = answer.json()
    assert answer.status_code == HTTPStatus.OK
    assert found["items"] == [
        {
            "sku": sku,
            "quantity": 3,
            "name": "Mug",
            "unit_price": {"currency": "USD", "amount": 1600},
            "total": {"currency": "USD", "amount": 4800},
            "available": True,
        }
    ]
    assert found["totals"]["total"] == {"currency": "USD", "amount": 4800}
    assert found["note"] is None


def test_a_sku_that_nobody_sells_is_refused(storefront: Storefront) -> None:
    problem = assert_problem(
        put(storefront.visitor, begin(storefront.visitor), "nobodys", 1), HTTPStatus.UNPROCESSABLE_ENTITY
    )
    assert problem["errors"][0]["code"] == "unknown_sku"


def test_a_customers_cart_is_theirs_and_takes_an_anonymous_one_over_once(storefront: Storefront, sku: str) -> None:
    own, other = begin(storefront.customer), begin(storefront.visitor)
    put(storefront.visitor, other, sku, 2).raise_for_status()
    for stranger in (storefront.visitor, storefront.merchant):
        assert_problem(stranger.get(own), HTTPStatus.NOT_FOUND)

    for _ in range(2):
        merged = storefront.customer.post(f"{other}/merge")
        merged.raise_for_status()
        assert merged.headers["content-location"] == own

    assert contents(storefront.customer, own) == {sku: 2}
    assert_problem(storefront.visitor.get(other), HTTPStatus.NOT_FOUND)


def test_only_services_lock_a_cart(storefront: Storefront, sku: str) -> None:
    cart = begin(storefront.visitor)
    put(storefront.visitor, cart, sku, 1).raise_for_status()
    for client in (storefront.visitor, storefront.customer, storefront.merchant):
        assert client.put(f"{cart}/checkout", json={"checkout_id": "c-1"}).status_code == HTTPStatus.FORBIDDEN

    locked = storefront.account.put(f"{cart}/checkout", json={"checkout_id": "c-1"})
    locked.raise_for_status()

    assert locked.json()["items"] == [{"sku": sku, "quantity": 1}]
    assert_problem(put(storefront.visitor, cart, sku, 2), HTTPStatus.CONFLICT)
    assert storefront.account.delete(f"{cart}/checkout/c-1").status_code == HTTPStatus.NO_CONTENT
    put(storefront.visitor, cart, sku, 2).raise_for_status()
    assert_problem(storefront.account.put(f"{cart}/checkout", json={"checkout_id": "c-1"}), HTTPStatus.CONFLICT)


def test_of_many_checkouts_at_once_one_gets_the_cart(storefront: Storefront, sku: str) -> None:
    cart = begin(storefront.visitor)
    put(storefront.visitor, cart, sku, 1).raise_for_status()

    def lock(number: int) -> int:
        return storefront.account.put(f"{cart}/checkout", json={"checkout_id": f"c-{number}"}).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(lock, range(16)))
    assert statuses == [HTTPStatus.OK, *[HTTPStatus.CONFLICT] * 15]


def test_one_key_begins_one_cart(storefront: Storefront) -> None:
    headers = {"Idempotency-Key": storefront.new_id("key")}

    def create(_number: int) -> str:
        created = storefront.visitor.post("/v1/carts", json={"currency": "USD"}, headers=headers)
        assert created.status_code == HTTPStatus.CREATED
        return str(created.json()["id"])

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(create, range(16)))) == 1
