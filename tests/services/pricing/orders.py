"""Orders and promotions that hypothesis makes up."""

from __future__ import annotations

from hypothesis import strategies as st

from contracts.money import MAXIMUM_AMOUNT
from pricing.line import Line
from pricing.promotion import AmountOff, BuyGet, Conditions, Effect, FreeShipping, PercentageOff, Promotion
from pricing.tax import UNTAXED, TaxRule

CATEGORIES = ("kitchen", "garden", "books")

effects: st.SearchStrategy[Effect] = st.one_of(
    st.builds(PercentageOff, basis_points=st.integers(1, 10_000)),
    st.builds(AmountOff, currency=st.just("USD"), amount=st.integers(1, 100_000) | st.just(MAXIMUM_AMOUNT)),
    st.builds(BuyGet, buy=st.integers(1, 4), get=st.integers(1, 4), basis_points=st.integers(1, 10_000)),
    st.just(FreeShipping()),
)

rules = st.just(UNTAXED) | st.builds(
    TaxRule, rate=st.integers(0, 300_000), included=st.booleans(), on_shipping=st.booleans()
)

shippings = st.none() | st.integers(0, 5_000)


def line(sku: str, *, quantity: int = 1, unit_price: int = 1000, category: str = "kitchen") -> Line:
    return Line(sku=sku, product_id=sku, name=sku, category=category, quantity=quantity, unit_price=unit_price)


@st.composite
def orders(draw: st.DrawFn, *, least: int = 1) -> list[Line]:
    skus = draw(
        st.lists(st.sampled_from([f"sku-{number}" for number in range(12)]), min_size=least, max_size=8, unique=True)
    )
    prices = st.integers(0, 20_000) | st.sampled_from([0, 1, 99, MAXIMUM_AMOUNT])
    return [
        line(
            sku,
            quantity=draw(st.integers(1, 7) | st.just(999)),
            unit_price=draw(prices),
            category=draw(st.sampled_from(CATEGORIES)),
        )
        for sku in skus
    ]


@st.composite
def promotions(draw: st.DrawFn) -> list[Promotion]:
    codes = draw(st.lists(st.sampled_from("ABCDEF"), max_size=5, unique=True))
    return [
        Promotion(
            code=code,
            title=code,
            effect=draw(effects),
            conditions=Conditions(categories=draw(st.frozensets(st.sampled_from(CATEGORIES), max_size=2))),
            automatic=draw(st.booleans()),
            combinable=draw(st.booleans()),
            priority=draw(st.integers(0, 3)),
        )
        for code in codes
    ]
