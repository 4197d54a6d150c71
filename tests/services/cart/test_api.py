from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from cart.known_skus import known_skus
from cart.repository import CartRepository
from store.table import Table
from tests.services.cart.conftest import Caller, snapshot
from tests.services.key_server import KeyServer


def usd(amount: int) -> dict[str, object]:
    return {"currency": "USD", "amount": amount}


def test_a_cart_begins_empty_under_an_id_that_nobody_guesses(anonymous: Caller) -> None:
    created = anonymous("POST", "/v1/carts", {"currency": "USD"})
    assert (created.status, created.headers["ETag"]) == (201, '"1"')
    cart_id = str(created.json["id"])
    assert re.fullmatch(r"[0-9a-f]{32}", cart_id)
    assert created.headers["Location"] == f"/v1/carts/{cart_id}"
    nothing = dict.fromkeys(("subtotal", "discount", "shipping", "tax", "total"), usd(0))
    assert created.json["totals"] == {**nothing, "tax_included": False}
    assert (created.json["items"], created.json["coupons"], created.json["note"]) == ([], [], None)
    expires_at = datetime.fromisoformat(str(created.json["expires_at"]))
    assert timedelta(days=29) < expires_at - datetime.now(UTC) <= timedelta(days=30)
    assert anonymous("GET", f"/v1/carts/{cart_id}").json == created.json


def test_the_same_idempotency_key_begins_one_cart(anonymous: Caller, ada: Caller) -> None:
    headers = {"idempotency-key": "5f0c"}
    body = {"currency": "USD"}
    first, again = (anonymous("POST", "/v1/carts", body, headers=headers) for _ in range(2))
    assert (first.status, first.json, first.headers["Location"]) == (201, again.json, again.headers["Location"])
    assert anonymous("POST", "/v1/carts", {"currency": "EUR"}, headers=headers).status == 422
    assert ada("POST", "/v1/carts", body, headers=headers).json["id"] != first.json["id"]
    assert anonymous("POST", "/v1/carts", body).json["id"] != first.json["id"]


@pytest.mark.parametrize("body", [{}, {"currency": "usd"}, {"currency": "XXX"}, {"currency": "USD", "total": 1}, [], 5])
def test_a_cart_needs_a_currency_and_nothing_else(anonymous: Caller, body: object) -> None:
    answer = anonymous("POST", "/v1/carts", body)
    assert answer.status == 422
    answer.problem()


def test_prices_are_pricings(anonymous: Caller) -> None:
    cart = anonymous.begin()
    anonymous.put(cart, "pot", 1)
    answer = anonymous.put(cart, "mug", 2)
    assert (answer.status, answer.headers["ETag"]) == (200, '"3"')
    pot, mug = cast("list[dict[str, object]]", answer.json["items"])
    assert pot == {
        "sku": "pot", "quantity": 1, "name": "Pot", "unit_price": usd(4000), "total": usd(4000), "available": True,
    }  # fmt: skip
    assert (mug["quantity"], mug["unit_price"], mug["total"]) == (2, usd(1600), usd(3200))
    totals = cast("dict[str, object]", answer.json["totals"])
    assert (totals["subtotal"], totals["total"]) == (usd(7200), usd(7200))
    assert anonymous("GET", cart).json == answer.json


@pytest.mark.parametrize("body", [{"quantity": 2, "unit_price": usd(1)}, {"quantity": 2, "price": 1}])
def test_a_price_of_the_clients_is_refused(anonymous: Caller, body: object) -> None:
    assert anonymous("PUT", f"{anonymous.begin()}/items/mug", body).status == 422


def test_a_quantity_is_set_not_added(anonymous: Caller) -> None:
    cart = anonymous.begin()
    for quantity, tag in ((2, '"2"'), (2, '"2"'), (999, '"3"'), (1, '"4"')):
        assert anonymous.put(cart, "mug", quantity).headers["ETag"] == tag
    assert anonymous.contents(cart) == {"mug": 1}


@pytest.mark.parametrize("quantity", [0, -1, 1000, 1.5, "2", None, True, 10**30])
def test_a_quantity_is_one_to_999(anonymous: Caller, quantity: object) -> None:
    cart = anonymous.begin()
    answer = anonymous("PUT", f"{cart}/items/mug", {"quantity": quantity})
    assert answer.status == 422
    errors = cast("list[dict[str, str]]", answer.problem()["errors"])
    assert errors[0]["pointer"] == "/quantity"


@pytest.mark.parametrize("sku", ["unknown", "%", "a b", "\x00", "é", "x" * 65, "..", "-"])
def test_a_sku_that_is_not_sold_is_refused(anonymous: Caller, sku: str) -> None:
    cart = anonymous.begin()
    answer = anonymous.put(cart, sku, 1)
    assert answer.status in (404, 422)
    answer.problem()
    assert anonymous("DELETE", f"{cart}/items/{sku}").status in (204, 404)
    assert anonymous.contents(cart) == {}


def test_what_has_no_price_is_not_available(anonymous: Caller) -> None:
    cart = anonymous.begin()
    anonymous.put(cart, "mug", 1)
    answer = anonymous.put(cart, "lid", 1)
    lid = cast("list[dict[str, object]]", answer.json["items"])[1]
    assert (lid["available"], lid["name"], lid["unit_price"], lid["total"]) == (False, None, None, None)
    assert cast("dict[str, object]", answer.json["totals"])["total"] == usd(1600)
    euros = anonymous.begin("EUR")
    assert cast("list[dict[str, object]]", anonymous.put(euros, "mug", 1).json["items"])[0]["available"] is False


def test_what_is_not_sold_any_more_stays_and_can_be_taken_out(anonymous: Caller, table: Table) -> None:
    from contracts.product_events import ProductRemoval

    cart = anonymous.begin()
    anonymous.put(cart, "mug", 1)
    removal = ProductRemoval(id="mug", version=2, skus=("mug",), removed_at=datetime(2026, 11, 26, tzinfo=UTC))
    known_skus(table).remove(removal)
    assert anonymous.put(cart, "mug", 3).status == 200
    assert anonymous("DELETE", f"{cart}/items/mug").status == 204
    assert anonymous.put(cart, "mug", 1).status == 422


def test_taking_out_twice_is_taking_out_once(anonymous: Caller) -> None:
    cart = anonymous.begin()
    anonymous.put(cart, "mug", 1)
    first, again = (anonymous("DELETE", f"{cart}/items/mug") for _ in range(2))
    assert (first.status, first.headers["ETag"]) == (again.status, again.headers["ETag"]) == (204, '"3"')
    assert anonymous.contents(cart) == {}


def test_a_cart_holds_a_hundred_skus(anonymous: Caller, table: Table) -> None:
    cart = anonymous.begin()
    for number in range(101):
        known_skus(table).publish(snapshot(f"s{number}"))
    for number in range(100):
        CartRepository(table).change(cart.rpartition("/")[2], lambda c, number=number: c.holding(f"s{number}", 1))  # type: ignore[misc]
    answer = anonymous.put(cart, "s100", 1)
    assert (answer.status, answer.problem()["type"]) == (409, "urn:problem-type:storefront:cart-full")
    assert anonymous.put(cart, "s99", 2).status == 200


@pytest.mark.parametrize("if_match", ['"1"', '"99"', 'W/"2"'])
def test_a_change_of_what_has_changed_is_refused(anonymous: Caller, if_match: str) -> None:
    cart = anonymous.begin()
    anonymous.put(cart, "mug", 1)
    headers = {"if-match": if_match}
    for method, path, body in (
        ("PUT", "items/mug", {"quantity": 5}),
        ("DELETE", "items/mug", None),
        ("POST", "coupons", {"code": "TENTH"}),
        ("DELETE", "coupons/TENTH", None),
    ):
        assert anonymous(method, f"{cart}/{path}", body, headers=headers).status == 412
    assert anonymous.contents(cart) == {"mug": 1}
    assert anonymous.put(cart, "mug", 5, headers={"if-match": '"2"'}).status == 200
    assert anonymous.put(cart, "mug", 6, headers={"if-match": "two"}).status == 400


def test_a_coupon_counts_whatever_its_letters(anonymous: Caller) -> None:
    cart = anonymous.begin()
    anonymous.put(cart, "mug", 1)
    answer = anonymous("POST", f"{cart}/coupons", {"code": "tenth"})
    assert (answer.status, answer.json["coupons"]) == (200, ["tenth"])
    assert cast("dict[str, object]", answer.json["totals"])["discount"] == usd(160)
    assert answer.json["discounts"] == [{"code": "TENTH", "title": "10 % off", "amount": usd(160)}]
    assert anonymous("POST", f"{cart}/coupons", {"code": "TENTH"}).headers["ETag"] == answer.headers["ETag"]
    assert anonymous("DELETE", f"{cart}/coupons/TeNtH").status == 204
    assert anonymous("GET", cart).json["coupons"] == []


@pytest.mark.parametrize(("code", "reason"), [("NONE", "unknown"), ("OVER", "expired")])
def test_a_coupon_that_can_never_count_is_refused(anonymous: Caller, code: str, reason: str) -> None:
    cart = anonymous.begin()
    anonymous.put(cart, "mug", 1)
    answer = anonymous("POST", f"{cart}/coupons", {"code": code})
    assert answer.status == 422
    errors = cast("list[dict[str, str]]", answer.problem()["errors"])
    assert (errors[0]["pointer"], errors[0]["code"]) == ("/code", reason)
    assert anonymous("GET", cart).json["coupons"] == []


def test_a_coupon_that_may_come_to_count_is_kept(anonymous: Caller) -> None:
    cart = anonymous.begin()
    anonymous.put(cart, "mug", 1)
    answer = anonymous("POST", f"{cart}/coupons", {"code": "RICH"})
    assert (answer.status, answer.json["coupons"]) == (200, ["RICH"])
    assert answer.json["refused_coupons"] == [{"code": "RICH", "reason": "minimum-not-reached"}]


@pytest.mark.parametrize("code", ["", " ", "a b", "é", "x" * 65, "a/b", None, 5])
def test_a_code_that_no_coupon_has_is_refused(anonymous: Caller, code: object) -> None:
    assert anonymous("POST", f"{anonymous.begin()}/coupons", {"code": code}).status == 422


def test_a_cart_takes_ten_coupons(anonymous: Caller) -> None:
    cart = anonymous.begin()
    for number in range(10):
        assert anonymous("POST", f"{cart}/coupons", {"code": f"C{number}"}).status == 200
    answer = anonymous("POST", f"{cart}/coupons", {"code": "C10"})
    assert (answer.status, answer.problem()["type"]) == (409, "urn:problem-type:storefront:too-many-coupons")


@pytest.mark.usefixtures("without_pricing")
def test_without_pricing_a_cart_is_what_it_is(anonymous: Caller) -> None:
    cart = anonymous.begin()
    answer = anonymous.put(cart, "mug", 2)
    assert (answer.status, answer.json["totals"], answer.json["note"]) == (200, None, "prices-unavailable")
    (mug,) = cast("list[dict[str, object]]", answer.json["items"])
    assert mug == {
        "sku": "mug", "quantity": 2, "name": None, "unit_price": None, "total": None, "available": None,
    }  # fmt: skip
    assert anonymous("POST", f"{cart}/coupons", {"code": "NONE"}).json["coupons"] == ["NONE"]
    assert anonymous("GET", cart).status == 200
    assert anonymous("DELETE", f"{cart}/items/mug").status == 204


def test_a_customers_cart_is_nobody_elses(anonymous: Caller, ada: Caller, bob: Caller, issuer: KeyServer) -> None:
    cart = ada.begin()
    assert ada.put(cart, "mug", 1).status == 200
    merchant = Caller(client=replace(anonymous.client, token=issuer.token("catalog/write")))
    for stranger in (anonymous, bob, merchant):
        for method, path, body in (
            ("GET", "", None),
            ("PUT", "/items/mug", {"quantity": 5}),
            ("DELETE", "/items/mug", None),
            ("POST", "/coupons", {"code": "TENTH"}),
            ("DELETE", "/coupons/TENTH", None),
        ):
            answer = stranger(method, f"{cart}{path}", body)
            assert answer.status == 404
            assert answer.problem()["detail"] == f"there is no cart {cart.rpartition('/')[2]!r}"
    assert bob("POST", f"{cart}/merge").status == 404
    assert ada.contents(cart) == {"mug": 1}
    expires_at = datetime.fromisoformat(str(ada("GET", cart).json["expires_at"]))
    assert expires_at - datetime.now(UTC) > timedelta(days=364)


@pytest.mark.parametrize("cart_id", ["0" * 32, "a", "%", "a b", "\x00", "é", "x" * 65, "CART"])
def test_a_cart_that_is_not_there_is_not_found(anonymous: Caller, ada: Caller, cart_id: str) -> None:
    cart = f"/v1/carts/{cart_id}"
    assert anonymous("GET", cart).status == 404
    assert anonymous.put(cart, "mug", 1).status == 404
    assert anonymous("POST", f"{cart}/coupons", {"code": "TENTH"}).status == 404
    assert ada("POST", f"{cart}/merge").status == 404


def test_a_token_that_does_not_hold_is_refused(anonymous: Caller, issuer: KeyServer) -> None:
    expired = Caller(client=replace(anonymous.client, token=issuer.token(claims={"exp": 1})))
    assert expired("POST", "/v1/carts", {"currency": "USD"}).status == 401
    assert expired("GET", anonymous.begin()).status == 401


def test_an_expired_cart_is_gone_before_it_is_removed(anonymous: Caller, table: Table) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=31)
    cart = anonymous.begin()
    repository = CartRepository(table, clock=lambda: long_ago)
    repository.change(cart.rpartition("/")[2], lambda cart: cart.holding("mug", 1))
    assert anonymous("GET", cart).status == 404
    assert anonymous.put(cart, "mug", 1).status == 404
