from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.price_list import RATE_PARTS, Conversion, PriceList, ProductPrices, price_in

EURO = PriceList(id="EUR", currency="EUR", prices={"mug": 1500}, conversions={"USD": Conversion(rate=920_000, step=50)})


@pytest.mark.parametrize(
    ("sku", "own_currency", "price_list", "expected"),
    [
        ("mug", "USD", EURO, 1500),
        ("mug", "EUR", EURO, 1500),
        ("pan", "EUR", EURO, 1999),
        ("pan", "EUR", None, 1999),
        ("pan", "USD", EURO, 1850),
        ("pan", "GBP", EURO, None),
        ("pan", "USD", None, None),
    ],
)
def test_the_lists_price_then_the_products_then_a_conversion(
    sku: str, own_currency: str, price_list: PriceList | None, expected: int | None
) -> None:
    own = ProductPrices(currency=own_currency, by_currency={own_currency: 1999})
    assert price_in("EUR", sku=sku, own=own, price_list=price_list) == expected


@pytest.mark.parametrize(
    ("sku", "currency", "list_id", "expected"),
    [
        ("mug", "EUR", "trade", 1500),
        ("pan", "EUR", "trade", 1200),
        ("pan", "EUR", "EUR", 1700),
        ("pan", "EUR", None, 1700),
        ("pan", "USD", "trade", 1999),
        ("pan", "GBP", "trade", 1400),
        ("pan", "JPY", "trade", None),
    ],
)
def test_the_products_price_for_a_list_goes_before_its_price_for_everybody(
    sku: str, currency: str, list_id: str | None, expected: int | None
) -> None:
    own = ProductPrices(currency="USD", by_currency={"USD": 1999, "EUR": 1700}, listed={"trade": {"EUR": 1200}})
    conversions = {"USD": Conversion(rate=700_000, step=100)} if currency == "GBP" else {}
    prices = {"mug": 1500} if currency == "EUR" else {}
    found = PriceList(id=list_id, currency=currency, prices=prices, conversions=conversions) if list_id else None
    assert price_in(currency, sku=sku, own=own, price_list=found) == expected


@given(st.integers(1, 10**12), st.integers(1, 10**12), st.integers(1, 10**6))
def test_a_converted_price_is_the_nearest_step_and_never_nothing(amount: int, rate: int, step: int) -> None:
    converted = Conversion(rate=rate, step=step).convert(amount)
    assert converted % step == 0
    assert converted >= step
    exact = Fraction(amount * rate, RATE_PARTS)
    assert converted == step or abs(converted - exact) <= Fraction(step, 2)


def test_what_costs_nothing_costs_nothing_in_any_currency() -> None:
    assert Conversion(rate=920_000, step=50).convert(0) == 0
