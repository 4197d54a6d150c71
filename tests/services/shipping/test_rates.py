from __future__ import annotations

from dataclasses import replace
from typing import cast

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.country import COUNTRIES
from contracts.money import CURRENCIES, MAXIMUM_AMOUNT
from contracts.product_events import ProductSnapshot
from product_copies.repository import ProductCopies
from shipping.offers import offers
from shipping.rate_table import tariff
from shipping.sku_weight import copied
from store.table import Table
from tests.services.http_client import Answer, Client, product

ADDRESS = {"name": "Ada", "line1": "1 Main St", "city": "Honolulu", "region": "HI", "country": "US"}


def quote(client: Client, /, **fields: object) -> Answer:
    body = {
        "destination": {"country": "US", "region": "MN"},
        "items": [{"sku": "mug", "quantity": 1}],
        "currency": "USD",
        **fields,
    }
    return client.call("POST", "/v1/shipping/quotes", body=body, route="POST /v1/shipping/quotes")


def offered(answer: Answer) -> dict[str, int]:
    assert answer.status == 200, answer.text
    assert answer.json["next"] is None
    items = cast("list[dict[str, dict[str, int]]]", answer.json["items"])
    return {str(item["id"]): item["price"]["amount"] for item in items}


def publish(table: Table, sku: str, **attributes: str) -> None:
    at = "2026-11-23T08:00:00Z"
    fields = product(sku, attributes=attributes) | {"version": 1, "skus": [sku], "created_at": at, "updated_at": at}
    ProductCopies(table, copied=copied).publish(ProductSnapshot.model_validate(fields))


def test_the_tariff_is_one() -> None:
    found = tariff()
    assert list(found["up_to_grams"]) == sorted(set(found["up_to_grams"]))
    named = [country for zone in found["zones"] for country in zone["countries"] if country != "*"]
    assert set(named) <= COUNTRIES
    assert len(set(named)) == len(named)
    assert found["zones"][-1]["countries"] == ["*"]
    keys = [(option["zone"], option["id"]) for option in found["options"]]
    assert len(set(keys)) == len(keys)
    assert {zone for zone, _ in keys} == {zone["id"] for zone in found["zones"]}
    for option in found["options"]:
        assert 0 <= option["min_days"] <= option["max_days"] <= 365
        assert set(option["prices"]) <= CURRENCIES
        for prices in option["prices"].values():
            assert list(prices) == sorted(prices)
            assert len(prices) == len(found["up_to_grams"])
            assert all(0 <= price <= MAXIMUM_AMOUNT for price in prices)


def test_the_states_that_cost_more_are_known_by_code_and_name() -> None:
    named = [name for zone in tariff()["zones"] for name in zone.get("us_states", ())]
    states = [pycountry.subdivisions.get(code=f"US-{name}") for name in named]
    assert sorted(named) == sorted(
        name for state in states if state for name in (state.code.removeprefix("US-"), state.name.upper())
    )


@given(st.sampled_from(sorted(COUNTRIES)), st.integers(1, 40_000), st.integers(0, 10_000))
def test_what_is_heavier_never_costs_less(country: str, grams: int, more: int) -> None:
    lighter = offers(tariff(), country=country, region=None, grams=grams, currency="USD")
    heavier = offers(tariff(), country=country, region=None, grams=grams + more, currency="USD")
    prices = {offer.id: offer.amount for offer in lighter}
    assert {offer.id for offer in heavier} in ({*prices}, set())
    assert all(offer.amount >= prices[offer.id] for offer in heavier)
    assert [offer.amount for offer in lighter] == sorted(offer.amount for offer in lighter)
    assert bool(lighter) == (grams <= 30_000)


def test_price_and_promise_depend_on_the_zone(merchant: Client) -> None:
    anybody = replace(merchant, token=None)
    answer = quote(anybody)
    assert answer.json["items"] == [
        {
            "id": "standard",
            "name": "Standard",
            "price": {"currency": "USD", "amount": 499},
            "promise": {"min_days": 3, "max_days": 6},
        },
        {
            "id": "express",
            "name": "Express",
            "price": {"currency": "USD", "amount": 1499},
            "promise": {"min_days": 1, "max_days": 2},
        },
    ]
    assert offered(quote(anybody, destination=ADDRESS)) == {"standard": 899}
    assert offered(quote(anybody, destination={"country": "PR"})) == {"standard": 899}
    assert offered(quote(anybody, destination={"country": "DE"}))["standard"] == 1499
    assert offered(quote(anybody, destination={"country": "JP"}))["standard"] == 1899


def test_the_weight_is_what_the_products_say(merchant: Client, table: Table) -> None:
    publish(table, "anvil", weight_grams="9000")
    publish(table, "feather", weight_grams="1")
    for nonsense in ("", "-5", "1.5", "1e3", "\u0661", "0", "12345678"):
        publish(table, "odd", weight_grams=nonsense)
        assert offered(quote(merchant, items=[{"sku": "odd", "quantity": 1}]))["standard"] == 499
    assert offered(quote(merchant, items=[{"sku": "anvil", "quantity": 1}]))["standard"] == 1499
    assert offered(quote(merchant, items=[{"sku": "feather", "quantity": 500}]))["standard"] == 499
    assert offered(quote(merchant, items=[{"sku": "feather", "quantity": 501}]))["standard"] == 799
    assert offered(quote(merchant, items=[{"sku": "anvil", "quantity": 4}])) == {}
    both = [{"sku": "anvil", "quantity": 1}, {"sku": "unknown", "quantity": 2}]
    assert offered(quote(merchant, items=both))["standard"] == 1499


def test_a_variant_may_weigh_something_else(merchant: Client, table: Table) -> None:
    variants = [{"sku": "pot-l", "options": {"weight_grams": "1900"}}, {"sku": "pot-s"}]
    at = "2026-11-23T08:00:00Z"
    more = {"version": 1, "skus": ["pot-l", "pot-s"], "created_at": at, "updated_at": at}
    fields = product("pot", attributes={"weight_grams": "400"}, variants=variants) | more
    ProductCopies(table, copied=copied).publish(ProductSnapshot.model_validate(fields))
    assert offered(quote(merchant, items=[{"sku": "pot-s", "quantity": 1}]))["standard"] == 499
    assert offered(quote(merchant, items=[{"sku": "pot-l", "quantity": 1}]))["standard"] == 799


def test_nothing_is_converted(merchant: Client) -> None:
    assert offered(quote(merchant, currency="EUR")) == {"standard": 449, "express": 1399}
    assert offered(quote(merchant, currency="CHF")) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"destination": {}},
        {"destination": {"country": "ZZ"}},
        {"destination": {"country": "US", "planet": "Earth"}},
        {"destination": {**ADDRESS, "line1": "\x00"}},
        {"items": []},
        {"items": [{"sku": "mug", "quantity": 0}]},
        {"items": [{"sku": "mug", "quantity": 1}, {"sku": "mug", "quantity": 1}]},
        {"items": [{"sku": f"s{number}", "quantity": 1} for number in range(101)]},
        {"currency": "usd"},
        {"coupon": "x"},
    ],
)
def test_an_invalid_body_gives_422(merchant: Client, change: dict[str, object]) -> None:
    answer = quote(merchant, **change)
    assert answer.status == 422
    answer.problem()
