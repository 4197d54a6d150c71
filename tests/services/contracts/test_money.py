from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.money import CURRENCIES, MAXIMUM_AMOUNT, Money, minor_unit_digits

currencies = st.sampled_from(sorted(CURRENCIES))
amounts = st.integers(0, MAXIMUM_AMOUNT)


@given(currencies, amounts)
def test_money_survives_json(currency: str, amount: int) -> None:
    money = Money(currency=currency, amount=amount)
    assert Money.model_validate_json(money.model_dump_json()) == money


@given(currencies, st.integers(0, MAXIMUM_AMOUNT // 2), st.integers(0, MAXIMUM_AMOUNT // 2))
def test_sums_are_exact_and_commute(currency: str, first: int, second: int) -> None:
    a, b = Money(currency=currency, amount=first), Money(currency=currency, amount=second)
    assert (a + b).amount == first + second
    assert a + b == b + a


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_multiple_is_a_repeated_sum(amount: int, quantity: int) -> None:
    price = Money(currency="JPY", amount=amount)
    assert price.times(quantity).amount == sum(amount for _ in range(quantity))


@given(st.one_of(st.integers(max_value=-1), st.integers(min_value=MAXIMUM_AMOUNT + 1)))
def test_an_amount_out_of_bounds_is_refused(amount: int) -> None:
    with pytest.raises(ValidationError):
        Money(currency="USD", amount=amount)


@pytest.mark.parametrize("amount", [1.0, "1", True, None])
def test_only_an_integer_is_an_amount(amount: object) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate({"currency": "USD", "amount": amount})


@pytest.mark.parametrize("currency", ["usd", "XXX", "XAU", "US", "USD\n", ""])
def test_only_a_currency_people_pay_with_is_one(currency: str) -> None:
    with pytest.raises(ValidationError):
        Money(currency=currency, amount=1)


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="cannot add EUR to USD"):
        Money(currency="USD", amount=1) + Money(currency="EUR", amount=1)


def test_a_sum_beyond_the_bound_is_refused() -> None:
    most = Money(currency="USD", amount=MAXIMUM_AMOUNT)
    with pytest.raises(ValidationError):
        most + Money(currency="USD", amount=1)


@pytest.mark.parametrize(("currency", "digits"), [("USD", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3)])
def test_minor_units_have_the_digits_of_the_standard(currency: str, digits: int) -> None:
    assert minor_unit_digits(currency) == digits
