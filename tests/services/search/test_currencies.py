from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import search.engine
from contracts.product_events import ProductSnapshot
from contracts.product_prices import ListedPrice
from search.criteria import Criteria, Sort
from search.price_ranges import PRICE_BOUNDARIES
from search.results import find
from tests.services.search.products import SOME_EXAMPLES, document, snapshot
from tests.services.search.test_results import index_of

CURRENCIES = ["USD", "EUR", "JPY"]
AMOUNTS = st.one_of(st.integers(0, 3_000), st.sampled_from(PRICE_BOUNDARIES), st.just(999_999_999_999))


@st.composite
def products(draw: st.DrawFn) -> list[ProductSnapshot]:
    """Products with a first price and some further ones, of which some are for a price list."""
    ids = draw(st.lists(st.from_regex("[a-z]{1,4}", fullmatch=True), unique=True, max_size=15))
    return [_product(draw, product_id) for product_id in ids]


def _product(draw: st.DrawFn, product_id: str) -> ProductSnapshot:
    first, *further = draw(st.permutations(CURRENCIES))
    prices = [
        ListedPrice(currency=each, amount=draw(AMOUNTS), price_list=draw(st.sampled_from([None, None, "trade"])))
        for each in further[: draw(st.integers(0, 2))]
    ]
    return snapshot(product_id, currency=first, amount=draw(AMOUNTS), prices=prices)


def costs(product: ProductSnapshot, currency: str) -> int | None:
    everybody = [(each.currency, each.amount) for each in product.prices if each.price_list is None]
    return dict([(product.price.currency, product.price.amount), *everybody]).get(currency)


@SOME_EXAMPLES
@given(
    some=products(),
    currency=st.sampled_from(CURRENCIES),
    least=st.none() | st.integers(0, 3_000),
    most=st.none() | st.integers(0, 3_000) | st.just(999_999_999_999),
    descending=st.booleans(),
)
def test_filter_order_facet_and_answer_are_about_the_price_in_the_currency(
    some: list[ProductSnapshot], currency: str, least: int | None, most: int | None, descending: bool
) -> None:
    sort = Sort.PRICE_DESC if descending else Sort.PRICE_ASC
    criteria = Criteria(currency=currency, min_price=least, max_price=most, sort=sort)
    found = find(index_of(some, segments=2), criteria, limit=100)
    priced = {each.id: amount for each in some if (amount := costs(each, currency)) is not None}
    expected = {
        each: amount
        for each, amount in priced.items()
        if (least is None or amount >= least) and (most is None or amount <= most)
    }
    in_order = sorted(expected, key=lambda each: (expected[each], each), reverse=descending)
    assert [each["id"] for each in found.products] == in_order
    assert found.total == len(expected)
    assert [each["price"] for each in found.products] == [
        {"currency": currency, "amount": expected[each]} for each in in_order
    ]
    ranges = found.facets["price"]
    assert {each["currency"] for each in ranges} <= {currency}
    assert sum(int(str(each["count"])) for each in ranges) == len(priced)
    for each in ranges:
        lower, upper = int(str(each["from"])), each["to"]
        within = [one for one in priced.values() if lower <= one and (upper is None or one <= int(str(upper)))]
        assert len(within) == each["count"]


def test_a_currency_that_no_product_has_a_price_in_finds_nothing() -> None:
    found = find(index_of([snapshot("p1")]), Criteria(currency="EUR", max_price=10**6, sort=Sort.PRICE_ASC), limit=10)
    assert (found.products, found.total, found.facets["price"]) == ([], 0, [])


def test_a_product_keeps_all_its_prices_through_table_and_index() -> None:
    product = snapshot(
        "p1",
        prices=[ListedPrice(currency="EUR", amount=900), ListedPrice(currency="GBP", amount=1, price_list="trade")],
    )
    (item,) = find(index_of([product]), Criteria(currency="EUR"), limit=1).products
    assert item["prices"] == product.model_dump(mode="json", exclude_none=True)["prices"]
    assert document(product).fields()["prices"] == {"USD": 4999, "EUR": 900}


@pytest.mark.parametrize("sort", [Sort.NAME, Sort.PRICE_DESC])
def test_an_order_ends_where_no_more_keys_are_counted(monkeypatch: pytest.MonkeyPatch, sort: Sort) -> None:
    monkeypatch.setattr(search.engine, "DEEPEST", 5)
    searcher = index_of([snapshot(f"p{number}", name=f"Shoe {number}", amount=9 - number) for number in range(8)])
    found = [find(searcher, Criteria(sort=sort), limit=3, offset=offset) for offset in (0, 3, 6)]
    assert [[each["id"] for each in page.products] for page in found] == [["p0", "p1", "p2"], ["p3", "p4"], []]
    assert {page.total for page in found} == {8}
