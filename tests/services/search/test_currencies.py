from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import search.engine
from contracts.product_events import ProductSnapshot
from contracts.product_prices import ListedPrice
from search.criteria import Criteria, Sort
from search.engine import Searcher
from search.price_ranges import PRICE_BOUNDARIES
from search.results import find
from tests.services.search.products import MANY_EXAMPLES, document, snapshot
from tests.services.search.test_results import index_of

CURRENCIES = ["USD", "EUR", "JPY"]
AMOUNTS = [*range(0, 3_000, 131), *PRICE_BOUNDARIES, 999_999_999_999]


def some_products() -> list[ProductSnapshot]:
    """Products with a first price and some further ones, of which some are for a price list."""
    chance = random.Random(7)  # products, no secrets
    products = []
    for number in range(60):
        first, *further = chance.sample(CURRENCIES, 3)
        prices = [
            ListedPrice(currency=each, amount=chance.choice(AMOUNTS), price_list=chance.choice([None, None, "trade"]))
            for each in further[: chance.randint(0, 2)]
        ]
        products.append(snapshot(f"p{number}", currency=first, amount=chance.choice(AMOUNTS), prices=prices))
    return products


PRODUCTS = some_products()


@pytest.fixture(scope="module")
def searcher() -> Searcher:
    return index_of(PRODUCTS, segments=2)


def costs(product: ProductSnapshot, currency: str) -> int | None:
    everybody = [(each.currency, each.amount) for each in product.prices if each.price_list is None]
    return dict([(product.price.currency, product.price.amount), *everybody]).get(currency)


@MANY_EXAMPLES
@given(
    currency=st.sampled_from(CURRENCIES),
    least=st.none() | st.integers(0, 3_000),
    most=st.none() | st.integers(0, 3_000) | st.just(999_999_999_999),
    descending=st.booleans(),
)
def test_filter_order_facet_and_answer_are_about_the_price_in_the_currency(
    searcher: Searcher, currency: str, least: int | None, most: int | None, descending: bool
) -> None:
    sort = Sort.PRICE_DESC if descending else Sort.PRICE_ASC
    criteria = Criteria(currency=currency, min_price=least, max_price=most, sort=sort)
    found = find(searcher, criteria, limit=100)
    priced = {each.id: amount for each in PRODUCTS if (amount := costs(each, currency)) is not None}
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
