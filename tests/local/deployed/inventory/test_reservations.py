"""Stock that is held for orders, over HTTP: the same promises on functions, on containers, and on functions again."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import pytest

from tests.local.deployed.storefront import Storefront, assert_problem


def sku_of(stocked: str) -> str:
    return stocked.rpartition("/")[2]


def hold(storefront: Storefront, reservation: str, **quantities: int) -> Any:
    items = [{"sku": sku, "quantity": quantity} for sku, quantity in quantities.items()]
    return storefront.account.put(f"/v1/reservations/{reservation}", json={"items": items})


def levels(storefront: Storefront, stocked: str) -> tuple[int, int, int]:
    stock = storefront.visitor.get(stocked).json()
    return stock["on_hand"], stock["reserved"], stock["available"]


def test_stock_is_held_and_leaves(storefront: Storefront, stocked: str) -> None:
    reservation = storefront.new_id("reservation")
    for status in (HTTPStatus.CREATED, HTTPStatus.OK):
        assert hold(storefront, reservation, **{sku_of(stocked): 3}).status_code == status
    assert levels(storefront, stocked) == (20, 3, 17)
    for _ in range(2):
        committed = storefront.account.post(f"/v1/reservations/{reservation}/commit")
        assert (committed.status_code, committed.json()["status"]) == (HTTPStatus.OK, "committed")
    assert levels(storefront, stocked) == (17, 0, 17)
    assert_problem(storefront.account.delete(f"/v1/reservations/{reservation}"), HTTPStatus.CONFLICT)


def test_stock_is_let_go_and_not_held_by_who_comes_late(storefront: Storefront, stocked: str) -> None:
    reservation = storefront.new_id("reservation")
    hold(storefront, reservation, **{sku_of(stocked): 3}).raise_for_status()
    for _ in range(2):
        assert storefront.account.delete(f"/v1/reservations/{reservation}").status_code == HTTPStatus.NO_CONTENT
    refused = assert_problem(hold(storefront, reservation, **{sku_of(stocked): 3}), HTTPStatus.CONFLICT)
    assert refused["type"].endswith(":reservation-released")
    assert levels(storefront, stocked) == (20, 0, 20)


@pytest.mark.parametrize("client", ["visitor", "customer", "merchant"])
def test_only_services_hold_stock(storefront: Storefront, stocked: str, client: str) -> None:
    path = f"/v1/reservations/{storefront.new_id('reservation')}"
    body = {"items": [{"sku": sku_of(stocked), "quantity": 1}]}
    assert getattr(storefront, client).put(path, json=body).status_code == HTTPStatus.FORBIDDEN
    assert levels(storefront, stocked) == (20, 0, 20)


def test_sixty_who_want_what_twenty_can_have(storefront: Storefront, stocked: str) -> None:
    path = f"{stocked}/locations/annex"
    storefront.merchant.put(path, json={"on_hand": 5}).raise_for_status()
    name = storefront.new_id("rush")

    def want(number: int) -> int:
        return int(hold(storefront, f"{name}-{number}", **{sku_of(stocked): 1}).status_code)

    with ThreadPoolExecutor(20) as buyers:
        answers = Counter(buyers.map(want, range(60)))

    assert answers == {HTTPStatus.CREATED: 25, HTTPStatus.CONFLICT: 35}
    assert levels(storefront, stocked) == (25, 25, 0)


def test_an_adjustment_happens_once_a_key(storefront: Storefront, stocked: str) -> None:
    key = {"Idempotency-Key": storefront.new_id("key")}
    answers = [
        storefront.merchant.post(f"{stocked}/adjustments", json={"delta": -2, "reason": "damaged"}, headers=key)
        for _ in range(3)
    ]

    assert {(answer.status_code, answer.text) for answer in answers} == {(HTTPStatus.CREATED, answers[0].text)}
    assert levels(storefront, stocked) == (18, 0, 18)
    listed = storefront.merchant.get(f"{stocked}/adjustments").json()
    assert listed == {"items": [answers[0].json()], "next": None}


def test_what_changes_is_told_and_low_stock_once(storefront: Storefront, stocked: str) -> None:
    storefront.merchant.put(stocked, json={"on_hand": 20, "low_stock_at": 18}).raise_for_status()
    with storefront.listening("StockLow") as heard:
        for number in range(3):
            hold(storefront, f"{storefront.new_id('r')}-{number}", **{sku_of(stocked): 1}).raise_for_status()
        (low,) = heard.of("sku", sku_of(stocked))

    assert low["detail"]["data"]["low_stock_at"] == 18
    assert low["detail"]["data"]["available"] <= 18
