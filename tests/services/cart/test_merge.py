from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.cart.conftest import Caller
from tests.services.key_server import KeyServer


def test_a_customers_cart_takes_the_items_over(anonymous: Caller, ada: Caller) -> None:
    own, other = ada.begin(), anonymous.begin()
    ada.put(own, "mug", 998)
    anonymous.put(other, "mug", 2)
    anonymous.put(other, "pot", 1)
    anonymous("POST", f"{other}/coupons", {"code": "TENTH"})
    merged = ada("POST", f"{other}/merge")
    assert (merged.status, merged.headers["Content-Location"]) == (200, own)
    assert merged.json["coupons"] == ["TENTH"]
    assert ada.contents(own) == {"mug": 999, "pot": 1}


def test_sent_twice_it_happens_once(anonymous: Caller, ada: Caller, bob: Caller) -> None:
    own, other = ada.begin(), anonymous.begin()
    anonymous.put(other, "mug", 2)
    first, again = (ada("POST", f"{other}/merge") for _ in range(2))
    assert first.json == again.json
    assert ada.contents(own) == {"mug": 2}
    for caller in (anonymous, ada, bob):
        assert caller("GET", other).status == 404
        assert caller.put(other, "mug", 1).status == 404
    assert bob("POST", f"{other}/merge").status == 404


def test_who_has_no_cart_keeps_the_one_that_was_filled(anonymous: Caller, ada: Caller) -> None:
    other = anonymous.begin()
    anonymous.put(other, "mug", 2)
    assert ada("POST", f"{other}/merge").headers["Content-Location"] == other
    assert ada("POST", f"{other}/merge").status == 200
    assert anonymous("GET", other).status == 404
    assert ada.contents(other) == {"mug": 2}
    another = anonymous.begin()
    anonymous.put(another, "mug", 1)
    assert ada("POST", f"{another}/merge").headers["Content-Location"] == other
    assert ada.contents(other) == {"mug": 3}


def test_a_cart_that_is_named_takes_them(anonymous: Caller, ada: Caller, bob: Caller) -> None:
    first, second, other = ada.begin(), ada.begin(), anonymous.begin()
    anonymous.put(other, "mug", 1)
    for into in (bob.begin(), anonymous.begin(), "/v1/carts/unknown"):
        assert ada("POST", f"{other}/merge", {"into": into.rpartition("/")[2]}).status == 404
    assert ada("POST", f"{other}/merge", {"into": first.rpartition("/")[2]}).headers["Content-Location"] == first
    assert (ada.contents(first), ada.contents(second)) == ({"mug": 1}, {})


def test_nothing_is_converted(anonymous: Caller, ada: Caller) -> None:
    dollars, euros = ada.begin("USD"), anonymous.begin("EUR")
    answer = ada("POST", f"{euros}/merge", {"into": dollars.rpartition("/")[2]})
    assert (answer.status, answer.problem()["type"]) == (409, "urn:problem-type:storefront:other-currency")
    assert ada("POST", f"{euros}/merge").headers["Content-Location"] == euros


@pytest.mark.parametrize("body", [{"into": ""}, {"into": 5}, {"cart": "a"}, []])
def test_a_body_that_says_something_else_is_refused(anonymous: Caller, ada: Caller, body: object) -> None:
    assert ada("POST", f"{anonymous.begin()}/merge", body).status == 422


def test_only_a_customer_merges(anonymous: Caller, issuer: KeyServer) -> None:
    other = anonymous.begin()
    assert anonymous("POST", f"{other}/merge").status == 401
    merchant = Caller(client=replace(anonymous.client, token=issuer.token("catalog/write")))
    assert merchant("POST", f"{other}/merge").status == 403
