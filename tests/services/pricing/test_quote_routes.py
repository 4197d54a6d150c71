from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from contracts.money import MAXIMUM_AMOUNT
from contracts.pricing import QUOTE_AGE_SECONDS, Quote, QuoteRequest
from pricing.price_list_repository import PriceListRepository
from pricing.promotion_input import PromotionInput
from pricing.promotion_repository import PromotionRepository
from pricing.quoting import Quoting
from pricing.redemption_repository import RedemptionRepository
from pricing.sku_price import copied
from product_copies.repository import ProductCopies
from store.table import Table
from tests.services.http_client import Answer, Client
from tests.services.passing_time import PassingTime
from tests.services.pricing.calls import TENTH, publish, put_promotion, quote, redeem, usd


@pytest.fixture(autouse=True)
def mug(table: Table) -> None:
    publish(table)


def amounts(answer: Answer) -> dict[str, int]:
    assert answer.status == 200, answer.text
    found = Quote.model_validate_json(answer.text)
    names = ("subtotal", "discount", "shipping", "shipping_discount", "tax", "total")
    return {name: getattr(found, name).amount for name in names if getattr(found, name).amount}


def refusals(answer: Answer) -> dict[str, str]:
    return {
        str(refused["code"]): str(refused["reason"])
        for refused in cast("list[dict[str, object]]", answer.json["refused_coupons"])
    }


def test_the_servers_price_counts(merchant: Client) -> None:
    answer = quote(replace(merchant, token=None))
    assert amounts(answer) == {"subtotal": 3200, "total": 3200}
    assert answer.json["lines"] == [
        {
            "sku": "mug",
            "product_id": "mug",
            "name": "Mug",
            "quantity": 2,
            "unit_price": usd(1600),
            "subtotal": usd(3200),
            "discount": usd(0),
            "tax": usd(0),
            "total": usd(3200),
        }
    ]


def test_a_variant_has_its_own_price_and_name(merchant: Client, table: Table) -> None:
    variants = [{"sku": "cup-s", "name": "Small\n"}, {"sku": "cup-l", "price": usd(2000)}]
    publish(table, "cup", name="Cup", variants=variants)
    answer = quote(merchant, items=[{"sku": "cup-l", "quantity": 1}, {"sku": "cup-s", "quantity": 1}])
    lines = cast("list[dict[str, object]]", answer.json["lines"])
    assert [(line["sku"], line["name"], line["unit_price"]) for line in lines] == [
        ("cup-l", "Cup", usd(2000)),
        ("cup-s", "Cup, Small", usd(1600)),
    ]


def test_what_has_no_price_in_the_currency_is_unavailable_and_never_converted(merchant: Client) -> None:
    items = [{"sku": "mug", "quantity": 1}, {"sku": "nothing", "quantity": 1}]
    assert quote(merchant, items=items).json["unavailable"] == ["nothing"]
    foreign = quote(merchant, items=items, currency="EUR")
    assert (foreign.json["lines"], foreign.json["unavailable"], amounts(foreign)) == ([], ["mug", "nothing"], {})


def test_price_lists_go_first(merchant: Client, passing: PassingTime) -> None:
    def put(id: str, body: object) -> None:
        written = merchant.call("PUT", f"/v1/price-lists/{id}", body=body, route="PUT /v1/price-lists/{id}")
        assert written.status in (200, 201)

    put("trade", {"currency": "USD", "prices": {"mug": 1000}})
    put("EUR", {"currency": "EUR", "conversions": {"USD": {"rate": 920_000, "step": 50}}})
    assert amounts(quote(merchant))["total"] == 3200
    assert amounts(quote(merchant, price_list="trade"))["total"] == 2000
    assert amounts(quote(merchant, currency="EUR"))["total"] == 2900
    put("trade", {"currency": "USD", "prices": {"mug": 900}})
    assert amounts(quote(merchant, price_list="trade"))["total"] == 2000
    passing.seconds(QUOTE_AGE_SECONDS)
    assert amounts(quote(merchant, price_list="trade"))["total"] == 1800
    for unusable in ({"price_list": "none"}, {"price_list": "trade", "currency": "EUR"}):
        answer = quote(merchant, **unusable)
        assert answer.status == 422
        assert "/price_list" in answer.text


def test_coupons_tax_and_shipping_together(merchant: Client) -> None:
    put_promotion(merchant, "TENTH")
    put_promotion(merchant, "SHIP", {"title": "Free shipping", "effect": {"type": "free_shipping"}, "automatic": True})
    shipping = {"option": "standard", "amount": usd(500)}
    answer = quote(
        merchant, coupons=["tenth", " TENTH "], shipping=shipping, destination={"country": "US", "region": "MN"}
    )
    assert amounts(answer) == {
        "subtotal": 3200, "discount": 320, "shipping": 500, "shipping_discount": 500, "tax": 198, "total": 3078,
    }  # fmt: skip
    assert answer.json["discounts"] == [
        {"code": "SHIP", "title": "Free shipping", "amount": usd(500)},
        {"code": "TENTH", "title": "10 % off", "amount": usd(320)},
    ]
    included = quote(merchant, shipping=shipping, destination={"country": "DE"}, coupons=["tenth"])
    assert (amounts(included)["tax"], amounts(included)["total"], included.json["tax_included"]) == (460, 2880, True)


def test_a_coupon_that_gives_nothing_is_told_with_its_reason(merchant: Client) -> None:
    put_promotion(merchant, "TENTH")
    put_promotion(merchant, "OFF", {**TENTH, "enabled": False})
    put_promotion(merchant, "OVER", {**TENTH, "conditions": {"ends_at": "2020-01-01T00:00:00Z"}})
    put_promotion(merchant, "SOON", {**TENTH, "conditions": {"starts_at": "2120-01-01T00:00:00Z"}})
    put_promotion(merchant, "EURO", {**TENTH, "effect": {"type": "amount", "amount": {"currency": "EUR", "amount": 1}}})
    put_promotion(merchant, "TRADE", {**TENTH, "conditions": {"customer_groups": ["trade"]}})
    put_promotion(merchant, "BOOKS", {**TENTH, "conditions": {"categories": ["books"]}})
    put_promotion(merchant, "BIG", {**TENTH, "conditions": {"minimum": usd(3201)}})
    put_promotion(merchant, "SMALL", {**TENTH, "effect": {"type": "amount", "amount": usd(1)}, "combinable": False})
    answer = quote(
        merchant, coupons=["tenth", "off", "OVER", "soon", "euro", "trade", "books", "big", "small", "what?"]
    )
    assert refusals(answer) == {
        "off": "unknown",
        "OVER": "expired",
        "soon": "not-yet-valid",
        "euro": "other-currency",
        "trade": "other-customers",
        "books": "no-item-qualifies",
        "big": "minimum-not-reached",
        "small": "not-combinable",
        "what?": "unknown",
    }
    assert amounts(answer)["discount"] == 320
    assert refusals(quote(merchant, coupons=["trade"], customer_groups=["trade"])) == {}
    put_promotion(merchant, "ALL", {**TENTH, "effect": {"type": "percentage", "basis_points": 10_000}, "priority": 9})
    assert refusals(quote(merchant, coupons=["tenth", "all"])) == {"tenth": "nothing-left"}


def test_a_coupon_that_is_used_up_gives_nothing(merchant: Client) -> None:
    put_promotion(merchant, "ONCE", {**TENTH, "limit_per_customer": 1})
    put_promotion(merchant, "LAST", {**TENTH, "limit": 1})
    assert refusals(quote(merchant, coupons=["once", "last"], email="ada@example.com")) == {}
    redeem(merchant, "ONCE", "a", {"email": "ada@example.com", "customer_id": "ada"})
    redeem(merchant, "LAST", "a")
    refused = {"once": "already-used", "last": "exhausted"}
    assert refusals(quote(merchant, coupons=["once", "last"], email="ADA@example.com")) == refused
    assert refusals(quote(merchant, coupons=["once"], customer_id="ada")) == {"once": "already-used"}
    assert refusals(quote(merchant, coupons=["once"], email="bob@example.com")) == {}


def test_a_change_of_a_promotion_counts_two_seconds_later_and_a_new_code_at_once(
    merchant: Client, passing: PassingTime
) -> None:
    everybody = {**TENTH, "automatic": True}
    assert amounts(quote(merchant, coupons=["extra"]))["total"] == 3200
    put_promotion(merchant, "ALL", everybody)
    put_promotion(merchant, "EXTRA")
    assert amounts(quote(merchant, coupons=["extra"]))["discount"] == 320
    passing.seconds(QUOTE_AGE_SECONDS)
    assert amounts(quote(merchant, coupons=["extra"]))["discount"] == 320 + 288
    for code, promotion in (("ALL", everybody), ("EXTRA", TENTH)):
        put_promotion(merchant, code, {**promotion, "enabled": False})
    assert amounts(quote(merchant, coupons=["extra"]))["discount"] == 320 + 288
    passing.seconds(QUOTE_AGE_SECONDS)
    assert "discount" not in amounts(quote(merchant, coupons=["extra"]))


def test_a_promotion_ends_at_its_time_however_lately_it_was_read(table: Table) -> None:
    ends_at = datetime(2026, 12, 1, tzinfo=UTC)
    promotions = PromotionRepository(table)
    ending = PromotionInput.model_validate(
        {**TENTH, "automatic": True, "conditions": {"ends_at": ends_at.isoformat()}}
    ).promotion("ENDING")
    promotions.change("ENDING", lambda _: ending)
    quoting = Quoting(
        prices=ProductCopies(table, copied=copied),
        price_lists=PriceListRepository(table),
        promotions=promotions,
        redemptions=RedemptionRepository(table),
    )
    asked = QuoteRequest.model_validate({"currency": "USD", "items": [{"sku": "mug", "quantity": 2}]})
    totals = [
        quoting.quote(asked, at=ends_at - timedelta(milliseconds=milliseconds)).total.amount for milliseconds in (1, 0)
    ]
    assert totals == [2880, 3200]


def test_the_fifty_automatic_promotions_of_the_highest_priority_are_considered(
    merchant: Client, passing: PassingTime
) -> None:
    one_cent = {"title": "1 off", "effect": {"type": "amount", "amount": usd(1)}, "automatic": True, "priority": 1}
    for number in range(50):
        put_promotion(merchant, f"CENT-{number}", one_cent)
    put_promotion(merchant, "AAA", {**one_cent, "priority": 0, "effect": {"type": "amount", "amount": usd(100)}})
    assert amounts(quote(merchant))["discount"] == 50
    put_promotion(merchant, "CENT-0", {**one_cent, "enabled": False})
    passing.seconds(QUOTE_AGE_SECONDS)
    assert amounts(quote(merchant))["discount"] == 149


def test_an_order_that_no_amount_can_say_is_refused(merchant: Client, table: Table) -> None:
    publish(table, "yacht", price=usd(MAXIMUM_AMOUNT))
    one = {"sku": "yacht", "quantity": 1}
    assert amounts(quote(merchant, items=[one]))["total"] == MAXIMUM_AMOUNT
    for change in (
        {"items": [{"sku": "yacht", "quantity": 999}]},
        {"items": [one, {"sku": "mug", "quantity": 1}]},
        {"items": [one], "shipping": {"option": "s", "amount": usd(1)}},
        {"items": [one], "destination": {"country": "US", "region": "CA"}},
    ):
        answer = quote(merchant, **change)
        assert answer.status == 422
        assert "amount_too_large" in answer.text


def test_the_largest_order_is_priced(merchant: Client, table: Table) -> None:
    for number in range(100):
        publish(table, f"p{number}", price=usd(number))
    put_promotion(merchant, "TENTH")
    items = [{"sku": f"p{number}", "quantity": 999} for number in range(100)]
    answer = quote(merchant, items=items, coupons=["tenth"], destination={"country": "US", "region": "CA"})
    assert amounts(answer)["subtotal"] == 4950 * 999
    assert quote(merchant, items=[*items, {"sku": "mug", "quantity": 1}]).status == 422


@pytest.mark.parametrize(
    "change",
    [
        {"items": []},
        {"items": [{"sku": "mug", "quantity": 0}]},
        {"items": [{"sku": "mug", "quantity": 2, "unit_price": 1}]},
        {"currency": "XXX"},
        {"destination": {"country": "Germany"}},
        {"coupons": ["\x00"]},
        {"email": "x"},
        {"price_list": "a b"},
    ],
)
def test_an_invalid_body_gives_422(merchant: Client, change: dict[str, object]) -> None:
    answer = quote(merchant, **change)
    assert answer.status == 422
    answer.problem()


def test_further_prices_of_a_product_count_in_their_currency_and_for_their_list(merchant: Client, table: Table) -> None:
    prices = [{"currency": "EUR", "amount": 1500}, {"currency": "USD", "amount": 1100, "price_list": "trade"}]
    variants = [{"sku": "pan-s"}, {"sku": "pan-l", "price": usd(3000)}]
    publish(table, "pan", prices=prices, variants=variants)
    trade = {"currency": "USD", "conversions": {}}
    assert merchant.call("PUT", "/v1/price-lists/trade", body=trade, route="PUT /v1/price-lists/{id}").status == 201
    items = [{"sku": "pan-s", "quantity": 1}, {"sku": "pan-l", "quantity": 1}]

    def unit_prices(**asked: object) -> dict[str, int]:
        answer = quote(merchant, items=items, **asked)
        found = Quote.model_validate_json(answer.text)
        return {line.sku: line.unit_price.amount for line in found.lines}

    assert unit_prices() == {"pan-s": 1600, "pan-l": 3000}
    assert unit_prices(currency="EUR") == {"pan-s": 1500}
    assert unit_prices(price_list="trade") == {"pan-s": 1100, "pan-l": 3000}
