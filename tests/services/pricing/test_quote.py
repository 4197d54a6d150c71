from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.line import Line
from pricing.promotion import AmountOff, BuyGet, Conditions, FreeShipping, PercentageOff, Promotion
from pricing.quote import PricedOrder, price
from pricing.tax import UNTAXED, TaxRule
from tests.services.pricing.orders import line, orders, promotions, rules, shippings

VAT = TaxRule(rate=190_000, included=True, on_shipping=True)
SALES_TAX = TaxRule(rate=68_750, included=False, on_shipping=True)
TENTH = Promotion(code="TENTH", title="10 % off", effect=PercentageOff(basis_points=1000))


def priced(
    *lines: Line, with_promotions: tuple[Promotion, ...] = (), shipping: int | None = None, tax_rule: TaxRule = UNTAXED
) -> PricedOrder:
    return price(lines, promotions=with_promotions, shipping=shipping, tax_rule=tax_rule)


@settings(max_examples=400)
@given(orders(), promotions(), shippings, rules)
def test_parts_always_sum_up_and_nothing_is_negative(
    lines: list[Line], given_promotions: list[Promotion], shipping: int | None, tax_rule: TaxRule
) -> None:
    order = price(lines, promotions=given_promotions, shipping=shipping, tax_rule=tax_rule)
    for part in order.lines:
        assert 0 <= part.discount <= part.line.subtotal
        assert part.tax >= 0
        assert part.total == part.line.subtotal - part.discount + (0 if tax_rule.included else part.tax)
        assert not tax_rule.included or part.tax <= part.total
    assert 0 <= order.shipping_discount <= order.shipping == (shipping or 0)
    assert sum(applied.reduction.amount for applied in order.applied) == order.discount + order.shipping_discount
    assert order.total == (
        order.subtotal - order.discount + order.shipping - order.shipping_discount
        + (0 if tax_rule.included else order.tax)
    )  # fmt: skip
    assert {applied.promotion.code for applied in order.applied} | {idle.code for idle in order.idle} == {
        promotion.code for promotion in given_promotions
    }


@settings(max_examples=200)
@given(orders(), promotions(), shippings, rules, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_promotions_does_not_matter(
    lines: list[Line], given_promotions: list[Promotion], shipping: int | None, tax_rule: TaxRule, random: object
) -> None:
    expected = price(lines, promotions=given_promotions, shipping=shipping, tax_rule=tax_rule)
    random.shuffle(lines)  # type: ignore[attr-defined]
    random.shuffle(given_promotions)  # type: ignore[attr-defined]
    found = price(lines, promotions=given_promotions, shipping=shipping, tax_rule=tax_rule)
    assert sorted(found.lines, key=lambda part: part.line.sku) == sorted(expected.lines, key=lambda part: part.line.sku)
    assert (found.applied, found.shipping_tax) == (expected.applied, expected.shipping_tax)


@given(orders(), st.integers(1, 10_000), shippings, rules)
def test_a_quantity_split_over_two_skus_costs_the_same(
    lines: list[Line], basis_points: int, shipping: int | None, tax_rule: TaxRule
) -> None:
    everything = Promotion(code="ALL", title="All", effect=PercentageOff(basis_points=basis_points))
    halves = [
        replace(part, sku=f"{part.sku}-{half}", quantity=quantity)
        for part in lines
        for half, quantity in (("a", part.quantity // 2), ("b", part.quantity - part.quantity // 2))
        if quantity
    ]
    whole = price(lines, promotions=[everything], shipping=shipping, tax_rule=tax_rule)
    split = price(halves, promotions=[everything], shipping=shipping, tax_rule=tax_rule)
    assert (split.subtotal, split.discount, split.tax, split.total) == (
        whole.subtotal, whole.discount, whole.tax, whole.total,
    )  # fmt: skip


@settings(max_examples=200)
@given(orders(), promotions(), shippings)
def test_no_other_candidate_takes_more_off(
    lines: list[Line], given_promotions: list[Promotion], shipping: int | None
) -> None:
    order = price(lines, promotions=given_promotions, shipping=shipping, tax_rule=UNTAXED)
    combinable = [promotion for promotion in given_promotions if promotion.combinable]
    candidates = [combinable, *([alone] for alone in given_promotions if not alone.combinable)]
    assert order.total == min(
        price(lines, promotions=candidate, shipping=shipping, tax_rule=UNTAXED).total for candidate in candidates
    )
    assert len(order.applied) < 2 or all(applied.promotion.combinable for applied in order.applied)


@given(orders(), shippings, rules)
def test_without_promotions_nothing_is_taken_off(lines: list[Line], shipping: int | None, tax_rule: TaxRule) -> None:
    order = price(lines, promotions=[], shipping=shipping, tax_rule=tax_rule)
    assert (order.discount, order.shipping_discount, order.applied) == (0, 0, ())
    assert order.subtotal == sum(part.unit_price * part.quantity for part in lines)


def test_a_percentage_is_rounded_once_and_divided() -> None:
    order = priced(
        line("a", unit_price=333), line("b", unit_price=333), line("c", unit_price=339), with_promotions=(TENTH,)
    )
    assert [part.discount for part in order.lines] == [34, 33, 34]
    assert order.total == 904


def test_an_amount_takes_no_more_than_there_is_and_only_from_what_qualifies() -> None:
    off = Promotion(
        code="FIVE",
        title="5 off",
        effect=AmountOff(currency="USD", amount=500),
        conditions=Conditions(categories=frozenset({"books"}), skus=frozenset({"mug"})),
    )
    order = priced(
        line("novel", unit_price=200, category="books"),
        line("mug", unit_price=100),
        line("pan"),
        with_promotions=(off,),
    )
    assert [part.discount for part in order.lines] == [200, 100, 0]


@pytest.mark.parametrize(
    ("buy", "get", "basis_points", "discounts"),
    [(2, 1, 10_000, [0, 200]), (1, 1, 10_000, [0, 300]), (1, 1, 5_000, [0, 150]), (1, 2, 10_000, [1000, 300])],
)
def test_the_cheapest_are_for_less(buy: int, get: int, basis_points: int, discounts: list[int]) -> None:
    effect = BuyGet(buy=buy, get=get, basis_points=basis_points)
    offer = Promotion(code="OFFER", title="Offer", effect=effect)
    order = priced(line("dear", quantity=4), line("cheap", quantity=3, unit_price=100), with_promotions=(offer,))
    assert [part.discount for part in order.lines] == discounts


def test_priority_says_who_takes_first() -> None:
    amount = Promotion(code="AMOUNT", title="Amount", effect=AmountOff(currency="USD", amount=500))
    for priority, total in ((0, 400), (1, 450)):
        first = replace(amount, priority=priority)
        assert priced(line("a"), with_promotions=(replace(TENTH, priority=0, code="AAA"), first)).total == total


def test_of_those_that_stand_alone_the_best_one_wins_and_the_others_are_idle() -> None:
    half = Promotion(code="HALF", title="Half", effect=PercentageOff(basis_points=5000), combinable=False)
    order = priced(line("a"), with_promotions=(TENTH, half))
    assert ([applied.promotion for applied in order.applied], order.idle) == ([half], (TENTH,))
    another = replace(TENTH, code="ANOTHER", effect=PercentageOff(basis_points=6000))
    order = priced(line("a"), with_promotions=(TENTH, half, another))
    assert ([applied.promotion for applied in order.applied], order.idle) == ([another, TENTH], (half,))


def test_free_shipping_waits_for_an_option_and_then_takes_all_of_it() -> None:
    free = Promotion(code="FREE", title="Free shipping", effect=FreeShipping())
    waiting = priced(line("a"), with_promotions=(free,))
    assert [(applied.promotion, applied.reduction.amount) for applied in waiting.applied] == [(free, 0)]
    shipped = priced(line("a"), with_promotions=(free,), shipping=700, tax_rule=SALES_TAX)
    assert (shipped.shipping_discount, shipped.shipping_tax, shipped.total) == (700, 0, 1069)
    assert priced(line("a"), with_promotions=(free,), shipping=0).idle == (free,)


def test_tax_is_added_or_is_in_the_price() -> None:
    added = priced(line("a", quantity=3, unit_price=333), shipping=500, tax_rule=SALES_TAX)
    assert (added.lines[0].tax, added.shipping_tax, added.tax, added.total) == (69, 34, 103, 1602)
    included = priced(line("a", unit_price=1190), shipping=595, tax_rule=VAT)
    assert (included.lines[0].tax, included.shipping_tax, included.tax, included.total) == (190, 95, 285, 1785)
    untaxed_shipping = replace(SALES_TAX, on_shipping=False)
    assert priced(line("a"), shipping=500, tax_rule=untaxed_shipping).shipping_tax == 0
