from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from cart.cart import RefusedError
from cart.repository import CartRepository
from contracts.cart import LockedCart
from store.operations import Operation
from store.table import Table
from tests.services.cart.conftest import Caller
from tests.services.http_client import Answer


def lock(caller: Caller, cart: str, checkout_id: str = "checkout-1", **fields: object) -> Answer:
    return caller("PUT", f"{cart}/checkout", {"checkout_id": checkout_id, **fields})


def unlock(caller: Caller, cart: str, checkout_id: str = "checkout-1") -> Answer:
    return caller("DELETE", f"{cart}/checkout/{checkout_id}")


def kind(answer: Answer) -> str:
    return cast(str, answer.problem()["type"]).rpartition(":")[2]


@pytest.fixture
def filled(anonymous: Caller) -> str:
    cart = anonymous.begin()
    anonymous.put(cart, "mug", 2)
    anonymous("POST", f"{cart}/coupons", {"code": "tenth"})
    return cart


def test_a_checkout_gets_what_is_in_the_cart(anonymous: Caller, filled: str) -> None:
    first, again = lock(anonymous, filled), lock(anonymous, filled)
    assert (first.status, first.text) == (again.status, again.text) == (200, first.text)
    locked = LockedCart.model_validate_json(first.text)
    assert [(item.sku, item.quantity) for item in locked.items] == [("mug", 2)]
    assert (locked.id, locked.currency, locked.coupons) == (filled.rpartition("/")[2], "USD", ("tenth",))
    assert anonymous("GET", filled).json["status"] == "in-checkout"


def test_a_cart_in_checkout_cannot_be_changed(anonymous: Caller, ada: Caller, filled: str) -> None:
    lock(anonymous, filled)
    for answer in (
        anonymous.put(filled, "mug", 3),
        anonymous("DELETE", f"{filled}/items/mug"),
        anonymous("POST", f"{filled}/coupons", {"code": "TENTH"}),
        anonymous("DELETE", f"{filled}/coupons/TENTH"),
        ada("POST", f"{filled}/merge"),
        lock(anonymous, filled, "checkout-2"),
    ):
        assert (answer.status, kind(answer)) == (409, "cart-in-checkout")
    assert anonymous.contents(filled) == {"mug": 2}


def test_a_cart_that_was_given_back_can_be_changed_and_checked_out_again(anonymous: Caller, filled: str) -> None:
    lock(anonymous, filled)
    assert (unlock(anonymous, filled).status, unlock(anonymous, filled).status) == (204, 204)
    assert anonymous.put(filled, "mug", 3).status == 200
    assert kind(lock(anonymous, filled)) == "checkout-released"
    assert lock(anonymous, filled, "checkout-2").status == 200
    assert unlock(anonymous, filled).status == 204
    assert anonymous("GET", filled).json["status"] == "in-checkout"


def test_giving_back_first_refuses_the_checkout_that_comes_late(anonymous: Caller, filled: str) -> None:
    assert unlock(anonymous, filled).status == 204
    assert kind(lock(anonymous, filled)) == "checkout-released"
    assert unlock(anonymous, "/v1/carts/unknown").status == 204


def test_an_empty_cart_is_not_checked_out(anonymous: Caller) -> None:
    assert kind(lock(anonymous, anonymous.begin())) == "cart-empty"


def test_an_order_is_the_end_of_a_cart(anonymous: Caller, filled: str, table: Table) -> None:
    lock(anonymous, filled)
    carts, cart_id = CartRepository(table), filled.rpartition("/")[2]
    assert carts.order(cart_id, order_id="order-1", checkout_id="checkout-1")
    assert not carts.order(cart_id, order_id="order-1", checkout_id="checkout-1")
    read = anonymous("GET", filled).json
    assert (read["status"], read["order_id"], read["totals"], read["note"]) == ("ordered", "order-1", None, None)
    assert kind(anonymous.put(filled, "mug", 1)) == "cart-ordered"
    assert kind(lock(anonymous, filled)) == "cart-ordered"
    assert kind(unlock(anonymous, filled)) == "cart-ordered"
    assert unlock(anonymous, filled, "checkout-9").status == 204


def test_a_customers_cart_is_checked_out_for_that_customer_only(anonymous: Caller, ada: Caller) -> None:
    cart = ada.begin()
    ada.put(cart, "mug", 1)
    assert lock(anonymous, cart).status == 404
    assert lock(anonymous, cart, customer_id="id-of-bob").status == 404
    locked = lock(anonymous, cart, customer_id="id-of-ada")
    assert (locked.status, locked.json["customer_id"]) == (200, "id-of-ada")


@pytest.mark.parametrize("checkout_id", ["", "a b", "é", "x" * 65, None, 5])
def test_an_id_that_cannot_be_is_refused(anonymous: Caller, filled: str, checkout_id: object) -> None:
    assert anonymous("PUT", f"{filled}/checkout", {"checkout_id": checkout_id}).status == 422
    if isinstance(checkout_id, str) and checkout_id:
        assert unlock(anonymous, filled, checkout_id).status in (404, 422)


def attempt(carts: CartRepository, cart_id: str, checkout_id: str) -> bool:
    """Say whether a checkout got the cart."""
    try:
        carts.lock(cart_id, checkout_id=checkout_id, customer_id=None)
    except RefusedError:
        return False
    return True


def test_of_many_checkouts_at_once_one_gets_the_cart(table: Table, anonymous: Caller, filled: str) -> None:
    carts, cart_id = CartRepository(table), filled.rpartition("/")[2]
    with ThreadPoolExecutor(8) as checkouts:
        outcomes = list(checkouts.map(lambda number: attempt(carts, cart_id, f"checkout-{number}"), range(16)))
    assert outcomes.count(True) == 1
    assert anonymous("GET", filled).json["status"] == "in-checkout"


class Overtaken(Table):
    """A table on which somebody else is faster, once, at the moment of the first transaction."""

    def __init__(self, table: Table, *, by: Callable[[], object]) -> None:
        super().__init__(name=table.name, client=table._client)
        self._faster: list[Callable[[], object]] = [by]

    def transact(self, operations: Sequence[Operation], *, token: str | None = None) -> None:
        while self._faster:
            self._faster.pop()()
        super().transact(operations, token=token)


def test_a_lock_that_overtakes_its_release_is_released(table: Table, anonymous: Caller, filled: str) -> None:
    carts, cart_id = CartRepository(table), filled.rpartition("/")[2]
    overtaken = Overtaken(table, by=lambda: carts.lock(cart_id, checkout_id="checkout-1", customer_id=None))
    CartRepository(overtaken).unlock(cart_id, checkout_id="checkout-1")
    assert anonymous("GET", filled).json["status"] == "open"
    assert kind(lock(anonymous, filled)) == "checkout-released"


def test_a_release_that_overtakes_its_lock_refuses_it(table: Table, anonymous: Caller, filled: str) -> None:
    carts, cart_id = CartRepository(table), filled.rpartition("/")[2]
    overtaken = Overtaken(table, by=lambda: carts.unlock(cart_id, checkout_id="checkout-1"))
    assert not attempt(CartRepository(overtaken), cart_id, "checkout-1")
    assert anonymous("GET", filled).json["status"] == "open"


def test_writers_of_one_cart_lose_nothing(table: Table, anonymous: Caller) -> None:
    cart_id = anonymous.begin().rpartition("/")[2]
    carts = CartRepository(table)
    with ThreadPoolExecutor(4) as writers:
        list(writers.map(lambda n: carts.change(cart_id, lambda cart: cart.holding(f"s{n}", n + 1)), range(12)))
    found = carts.find(cart_id)
    assert found is not None
    assert dict(found.items) == {f"s{number}": number + 1 for number in range(12)}
    assert found.version == 13
