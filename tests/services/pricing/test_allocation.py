from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.allocation import allocate
from pricing.rounding import half_up

weights = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 10**14), max_size=20)


@given(st.integers(0, 10**15), weights)
def test_parts_sum_up_and_each_is_its_exact_share_rounded(amount: int, given_weights: dict[str, int]) -> None:
    total = sum(given_weights.values())
    amount = amount if total else 0
    parts = allocate(amount, given_weights)
    assert sum(parts.values()) == amount
    for key, weight in given_weights.items():
        share = Fraction(amount * weight, total) if total else Fraction(0)
        assert share.__floor__() <= parts[key] <= share.__ceil__()


@given(st.data(), weights)
def test_no_part_exceeds_its_weight(data: st.DataObject, given_weights: dict[str, int]) -> None:
    amount = data.draw(st.integers(0, sum(given_weights.values())))
    assert all(part <= given_weights[key] for key, part in allocate(amount, given_weights).items())


@given(st.integers(0, 10**6), weights, st.randoms(use_true_random=False))
def test_the_order_of_the_weights_decides_nothing(amount: int, given_weights: dict[str, int], random: object) -> None:
    amount = amount if any(given_weights.values()) else 0
    shuffled = list(given_weights.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert allocate(amount, dict(shuffled)) == allocate(amount, given_weights)


def test_of_equal_remainders_the_smaller_key_comes_first() -> None:
    assert allocate(100, {"c": 1, "a": 1, "b": 1}) == {"c": 33, "a": 34, "b": 33}


def test_what_nobody_can_take_is_refused() -> None:
    assert allocate(0, {"a": 0}) == {"a": 0}
    with pytest.raises(ValueError, match="cannot divide 1"):
        allocate(1, {"a": 0})


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"), [(0, 7, 0), (1, 2, 1), (49, 100, 0), (5, 2, 3), (3, 1, 3)]
)
def test_a_half_goes_up(numerator: int, denominator: int, rounded: int) -> None:
    assert half_up(numerator, denominator) == rounded


@given(st.integers(0, 10**20), st.integers(1, 10**9))
def test_rounding_is_off_by_half_at_most(numerator: int, denominator: int) -> None:
    error = half_up(numerator, denominator) - Fraction(numerator, denominator)
    assert Fraction(-1, 2) < error <= Fraction(1, 2)
