from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cart.cart import (
    ANONYMOUS_LIFETIME,
    CUSTOMER_LIFETIME,
    MAXIMUM_COUPONS,
    MAXIMUM_QUANTITY,
    MAXIMUM_SKUS,
    Cart,
    RefusedError,
    new_cart,
)
from cart.record import put_cart, read_cart

NOW = datetime(2026, 11, 26, 12, 0, 0, 5, tzinfo=UTC)

quantities = st.integers(1, MAXIMUM_QUANTITY)
contents = st.dictionaries(st.text("abc", min_size=1, max_size=3), quantities, max_size=30)
codes = st.lists(st.text("aBc", min_size=1, max_size=2), max_size=4, unique_by=str.upper)


def cart(items: dict[str, int], coupons: list[str] | None = None, *, id: str = "one") -> Cart:
    return Cart(id=id, currency="USD", items=items, coupons=tuple(coupons or ()), expires_at=NOW)


def kind(refused: pytest.ExceptionInfo[RefusedError]) -> str:
    return refused.value.kind


@given(contents, codes, contents, codes)
def test_a_cart_that_takes_another_over_has_both(
    own: dict[str, int], own_codes: list[str], other: dict[str, int], other_codes: list[str]
) -> None:
    merged = cart(own, own_codes).taking_over(cart(other, other_codes, id="two"))
    assert set(merged.items) == {*own, *other}
    for sku, quantity in merged.items.items():
        assert quantity == min(own.get(sku, 0) + other.get(sku, 0), MAXIMUM_QUANTITY)
    assert merged.coupons[: len(own_codes)] == tuple(own_codes)
    assert {code.upper() for code in merged.coupons} == {code.upper() for code in own_codes + other_codes}
    assert len({code.upper() for code in merged.coupons}) == len(merged.coupons)


@given(contents, st.text("abc", min_size=1, max_size=3), quantities)
def test_putting_in_is_setting(items: dict[str, int], sku: str, quantity: int) -> None:
    changed = cart(items).holding(sku, quantity)
    assert changed.items == {**items, sku: quantity}
    assert changed.holding(sku, quantity) is changed
    assert changed.without(sku).items == {other: many for other, many in items.items() if other != sku}


@given(codes, st.text("aBc", min_size=1, max_size=2))
def test_a_coupon_is_in_once(coupons: list[str], code: str) -> None:
    changed = cart({}, coupons).with_coupon(code)
    assert [other.upper() for other in changed.coupons].count(code.upper()) == 1
    assert changed.with_coupon(code.swapcase()) is changed
    without = changed.without_coupon(code.swapcase())
    assert code.upper() not in {other.upper() for other in without.coupons}
    assert without.without_coupon(code) is without


@given(contents, codes, st.none() | st.just("ada"), st.sampled_from(["open", "in-checkout", "ordered", "merged"]))
def test_what_is_written_is_what_is_read(
    items: dict[str, int], coupons: list[str], customer_id: str | None, status: str
) -> None:
    written = Cart(
        id="one",
        currency="EUR",
        customer_id=customer_id,
        status=status,  # type: ignore[arg-type]
        checkout_id="checkout-1" if status in ("in-checkout", "ordered") else None,
        order_id="order-1" if status == "ordered" else None,
        merged_into="two" if status == "merged" else None,
        items=items,
        coupons=tuple(coupons),
        version=7,
        expires_at=NOW.replace(microsecond=0),
    )
    assert read_cart(put_cart(written, replacing=None).item) == written


def test_limits_hold_when_carts_come_together() -> None:
    full = cart({f"s{number}": 1 for number in range(MAXIMUM_SKUS)})
    assert len(full.taking_over(cart({"s0": 1}, id="two")).items) == MAXIMUM_SKUS
    with pytest.raises(RefusedError) as refused:
        full.taking_over(cart({"another": 1}, id="two"))
    assert kind(refused) == "cart-full"
    with pytest.raises(RefusedError) as refused:
        cart({}, [f"c{number}" for number in range(MAXIMUM_COUPONS)]).taking_over(cart({}, ["another"], id="two"))
    assert kind(refused) == "too-many-coupons"


def test_ids_are_random_and_lives_are_long() -> None:
    anonymous, customers = (new_cart("USD", customer_id=customer, now=NOW) for customer in (None, "ada"))
    assert anonymous.id != customers.id
    assert len(bytes.fromhex(anonymous.id)) == 16
    assert anonymous.expires_at == NOW.replace(microsecond=0) + ANONYMOUS_LIFETIME
    assert customers.expires_at == NOW.replace(microsecond=0) + CUSTOMER_LIFETIME
    later = NOW + timedelta(days=3)
    assert anonymous.until(later).expires_at == later.replace(microsecond=0) + ANONYMOUS_LIFETIME


def test_nobody_uses_what_was_merged_or_is_anothers() -> None:
    anonymous = cart({"mug": 1})
    assert anonymous.is_of(None)
    assert anonymous.is_of("ada")
    own = anonymous.claimed("ada")
    assert (own.is_of("ada"), own.is_of("bob"), own.is_of(None)) == (True, False, False)
    assert not own.merged("two", customer_id="ada").is_of("ada")
