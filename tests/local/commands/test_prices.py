from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.prices import LARGEST_AMOUNT, minor_units


@given(st.integers(0, LARGEST_AMOUNT), st.integers(0, 3))
def test_what_was_minor_units_becomes_the_same_minor_units(amount: int, decimals: int) -> None:
    written = str(Decimal(amount).scaleb(-decimals))

    assert minor_units(written, decimals=decimals) == amount


@given(st.text(max_size=40) | st.decimals().map(str) | st.floats().map(str))
def test_any_text_is_an_amount_or_a_value_error(text: str) -> None:
    try:
        amount = minor_units(text)
    except ValueError:
        return
    assert 0 <= amount <= LARGEST_AMOUNT
    assert Decimal(text.strip()).scaleb(2) == amount


@pytest.mark.parametrize(
    ("price", "amount"), [("129.99", 12999), ("0.29", 29), ("4.10", 410), (" 7 ", 700), ("1e2", 10000), ("1.500", 150)]
)
def test_prices_as_people_write_them(price: str, amount: int) -> None:
    assert minor_units(price) == amount


@pytest.mark.parametrize("price", ["1.005", "-1", "-0.01", "NaN", "Infinity", "12,50", "", "10000000000", "1e999999"])
def test_what_is_no_price_is_refused(price: str) -> None:
    with pytest.raises(ValueError, match="price"):
        minor_units(price)
