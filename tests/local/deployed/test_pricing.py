"""Prices, promotions and coupons of the deployed storefront."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from tests.local.deployed.storefront import Storefront, assert_problem, product


@pytest.fixture
def sold(storefront: Storefront) -> dict[str, Any]:
    """A product whose price is known to pricing."""
    body = storefront.publish(product(price={"currency": "USD", "amount": 1600}))
    storefront.eventually(lambda: quote(storefront, body["id"]).json()["lines"])
    return body


def quote(storefront: Storefront, sku: str, **fields: Any) -> httpx.Response:
    asked = {"currency": "USD", "items": [{"sku": sku, "quantity": 2}], **fields}
    answer = storefront.account.post("/v1/prices/quotes", json=asked)
    answer.raise_for_status()
    return answer


def promote(storefront: Storefront, code: str, **fields: Any) -> None:
    body = {"title": "10 % off", "effect": {"type": "percentage", "basis_points": 1000}, **fields}
    storefront.merchant.put(f"/v1/promotions/{code}", json=body).raise_for_status()


def test_a_quote_follows_the_catalog(storefront: Storefront, sold: dict[str, Any]) -> None:
    assert quote(storefront, sold["id"]).json()["total"] == {"currency": "USD", "amount": 3200}

    dearer = {name: value for name, value in sold.items() if name != "etag"}
    storefront.publish(dearer | {"price": {"currency": "USD", "amount": 1700}})

    storefront.eventually(lambda: quote(storefront, sold["id"]).json()["total"]["amount"] == 3400)
    storefront.merchant.delete(f"/v1/products/{sold['id']}").raise_for_status()
    storefront.eventually(lambda: quote(storefront, sold["id"]).json()["unavailable"] == [sold["id"]])


def test_a_quote_adds_up_with_coupon_shipping_and_tax(storefront: Storefront, sold: dict[str, Any]) -> None:
    code = storefront.new_id("TENTH").upper()
    promote(storefront, code)

    found = quote(
        storefront,
        sold["id"],
        coupons=[code.lower(), "nothing"],
        destination={"country": "US", "region": "MN"},
        shipping={"option": "standard", "amount": {"currency": "USD", "amount": 499}},
    ).json()

    amounts = {name: value["amount"] for name, value in found.items() if isinstance(value, dict)}
    assert amounts == {
        "subtotal": 3200,
        "discount": 320,
        "shipping": 499,
        "shipping_discount": 0,
        "shipping_tax": 34,
        "tax": 232,
        "total": 3611,
    }
    assert found["refused_coupons"] == [{"code": "nothing", "reason": "unknown"}]


def redeem(storefront: Storefront, code: str, number: int) -> int:
    path = f"/v1/promotions/{code}/redemptions/checkout-{number}"
    return storefront.account.put(path, json={"email": f"customer-{number}@example.com"}).status_code


def uses(storefront: Storefront, code: str) -> Any:
    return storefront.merchant.get(f"/v1/promotions/{code}/uses").json()


def test_a_coupon_is_used_as_often_as_it_may_be(storefront: Storefront) -> None:
    code = storefront.new_id("FIVE").upper()
    promote(storefront, code, limit=5)

    with ThreadPoolExecutor(8) as shoppers:
        outcomes = Counter(shoppers.map(lambda number: redeem(storefront, code, number), range(16)))

    assert outcomes == {HTTPStatus.CREATED: 5, HTTPStatus.CONFLICT: 11}
    assert uses(storefront, code) == {"code": code, "uses": 5, "limit": 5}


def test_a_limit_that_is_set_while_many_redeem_counts_them_all(storefront: Storefront) -> None:
    code = storefront.new_id("LATER").upper()
    promote(storefront, code)
    assert redeem(storefront, code, 0) == HTTPStatus.CREATED

    def redeem_in_the_end(number: int) -> int:
        # While the limit is set one may be asked to come again.
        while (status := redeem(storefront, code, number)) == HTTPStatus.SERVICE_UNAVAILABLE:
            pass
        return status

    with ThreadPoolExecutor(4) as shoppers:
        redeeming = shoppers.map(redeem_in_the_end, range(1, 20))
        promote(storefront, code, limit=24)
        before = Counter(redeeming)
    after = Counter(redeem(storefront, code, number) for number in range(20, 30))

    assert before == {HTTPStatus.CREATED: 19}
    assert after == {HTTPStatus.CREATED: 4, HTTPStatus.CONFLICT: 6}
    assert uses(storefront, code) == {"code": code, "uses": 24, "limit": 24}


def test_a_coupon_that_is_switched_off_soon_gives_nothing_and_what_a_quote_gave_counts(
    storefront: Storefront, sold: dict[str, Any]
) -> None:
    code = storefront.new_id("OFF").upper()
    promote(storefront, code)
    assert [each["code"] for each in quote(storefront, sold["id"], coupons=[code]).json()["discounts"]] == [code]

    promote(storefront, code, enabled=False)
    redeemed = storefront.account.put(
        f"/v1/promotions/{code}/redemptions/checkout-1", json={"email": "ada@example.com"}
    )

    assert redeemed.status_code == HTTPStatus.CREATED
    refused = [{"code": code, "reason": "unknown"}]
    storefront.eventually(lambda: quote(storefront, sold["id"], coupons=[code]).json()["refused_coupons"] == refused)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/prices/quotes"),
        ("PUT", "/v1/promotions/X/redemptions/a"),
        ("DELETE", "/v1/promotions/X/redemptions/a"),
    ],
)
def test_what_is_for_services_is_for_nobody_else(storefront: Storefront, method: str, path: str) -> None:
    for client in (storefront.visitor, storefront.merchant):
        assert client.request(method, path, json={}).status_code == HTTPStatus.FORBIDDEN


def test_promotions_are_for_merchants(storefront: Storefront) -> None:
    assert_problem(storefront.visitor.get("/v1/promotions"), HTTPStatus.UNAUTHORIZED)
    assert_problem(storefront.customer.get("/v1/promotions"), HTTPStatus.FORBIDDEN)
    assert "items" in storefront.merchant.get("/v1/promotions").json()
