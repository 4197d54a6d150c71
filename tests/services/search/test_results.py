from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.product_events import ProductSnapshot
from search.criteria import Criteria, Sort
from search.engine import Searcher, amend_index, create_index
from search.price_ranges import PRICE_BOUNDARIES
from search.results import find
from tests.services.search.products import SOME_EXAMPLES, document, snapshot

CATEGORIES = ["footwear", "home decor", "Food & Drink"]
PRODUCTS = st.lists(
    st.builds(
        snapshot,
        st.from_regex("[a-z]{1,6}", fullmatch=True),
        name=st.sampled_from(["Blue Shoe", "Red Shoe", "Éclair", "apple", "Zebra"]),
        category=st.sampled_from(CATEGORIES),
        amount=st.one_of(st.integers(0, 3_000), st.sampled_from(PRICE_BOUNDARIES), st.just(999_999_999_999)),
        currency=st.sampled_from(["USD", "EUR"]),
        brand=st.sampled_from([None, "Acme", "Nomad"]),
        tags=st.lists(st.sampled_from(["new", "sale", "eco"]), unique=True),
        age_in_days=st.integers(0, 3),
    ),
    max_size=25,
    unique_by=lambda product: product.id,
)
TEXTS = st.sampled_from(["", "shoe", "red shoe", "shoo", "apple", "nothing"])


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of an index: a search, or facets."""
    asked: list[str] = []

    def noted(name: str) -> Callable[..., object]:
        ask = getattr(Searcher, name)

        def ask_noted(searcher: Searcher, *arguments: object, **options: object) -> object:
            asked.append(name)
            return ask(searcher, *arguments, **options)

        return ask_noted

    for name in ("search", "aggregate"):
        monkeypatch.setattr(Searcher, name, noted(name))
    return asked


def index_of(products: list[ProductSnapshot], *, segments: int = 1) -> Searcher:
    """As many segments as asked for, so that orders and counts have something to merge."""
    with tempfile.TemporaryDirectory() as directory:
        create_index(Path(directory), map(document, products[::segments]))
        for part in range(1, segments):
            amend_index(Path(directory), map(document, products[part::segments]))
        # The files may go: the searcher has mapped them.
        return Searcher(Path(directory))


@SOME_EXAMPLES
@given(products=PRODUCTS, text=TEXTS, sort=st.sampled_from(Sort), limit=st.integers(1, 7))
def test_pages_hold_every_match_once_in_one_order(
    products: list[ProductSnapshot], text: str, sort: Sort, limit: int
) -> None:
    searcher = index_of(products, segments=2)
    criteria = Criteria(text=text, sort=sort)
    everything = find(searcher, criteria, limit=100)
    pages = [find(searcher, criteria, limit=limit, offset=offset) for offset in range(0, everything.total, limit)]
    assert [product for page in pages for product in page.products] == everything.products
    assert len({product["id"] for product in everything.products}) == everything.total
    assert find(searcher, criteria, limit=limit, offset=everything.total).products == []
    if not text:
        assert everything.total == len(products)


@SOME_EXAMPLES
@given(products=PRODUCTS, text=TEXTS)
def test_facets_count_the_matches(products: list[ProductSnapshot], text: str) -> None:
    results = find(index_of(products, segments=2), Criteria(text=text), limit=100)
    facets = {
        facet: {value["value"]: int(str(value["count"])) for value in values}
        for facet, values in results.facets.items()
        if facet != "price"
    }
    assert facets["category"] == Counter(product["category"] for product in results.products)
    assert facets["brand"] == Counter(product["brand"] for product in results.products if "brand" in product)
    assert facets["tag"] == Counter(tag for product in results.products for tag in product["tags"])
    assert sum(facets["category"].values()) == results.total
    prices = results.facets["price"]
    assert sum(int(str(value["count"])) for value in prices) == results.total
    for price in prices:
        within = [
            product
            for product in results.products
            if product["price"]["currency"] == price["currency"]
            and price["from"] <= product["price"]["amount"]
            and (price["to"] is None or product["price"]["amount"] <= price["to"])
        ]
        assert len(within) == price["count"]


@SOME_EXAMPLES
@given(
    products=PRODUCTS,
    low=st.none() | st.integers(0, 3_000),
    high=st.none() | st.integers(0, 3_000) | st.just(999_999_999_999),
    currency=st.sampled_from([None, "USD", "EUR", "JPY"]),
)
def test_price_filters_include_their_bounds(
    products: list[ProductSnapshot], low: int | None, high: int | None, currency: str | None
) -> None:
    criteria = Criteria(min_price=low, max_price=high, currency=currency)
    found = find(index_of(products), criteria, limit=100)
    assert {product["id"] for product in found.products} == {
        product.id
        for product in products
        if (low is None or product.price.amount >= low)
        and (high is None or product.price.amount <= high)
        and (currency is None or product.price.currency == currency)
    }


@SOME_EXAMPLES
@given(products=PRODUCTS, category=st.sampled_from(CATEGORIES), brand=st.sampled_from([None, "Acme"]))
def test_filters_are_exact_and_all_hold(products: list[ProductSnapshot], category: str, brand: str | None) -> None:
    found = find(
        index_of(products), Criteria(category=(category,), brand=(brand,) if brand else (), tag=("sale",)), limit=100
    )
    assert {product["id"] for product in found.products} == {
        product.id
        for product in products
        if product.category == category and (brand is None or product.brand == brand) and "sale" in product.tags
    }


def some_of(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple)


@SOME_EXAMPLES
@given(
    products=PRODUCTS,
    category=some_of(CATEGORIES),
    brand=some_of(["Acme", "Nomad"]),
    tag=some_of(["new", "sale", "eco"]),
    low=st.none() | st.integers(0, 3_000),
)
def test_a_facet_counts_what_all_filters_but_its_own_leave(
    products: list[ProductSnapshot],
    category: tuple[str, ...],
    brand: tuple[str, ...],
    tag: tuple[str, ...],
    low: int | None,
) -> None:
    holds: dict[str, Callable[[ProductSnapshot], bool]] = {
        "category": lambda product: not category or product.category in category,
        "brand": lambda product: not brand or product.brand in brand,
        "tag": lambda product: not tag or not set(tag).isdisjoint(product.tags),
        "price": lambda product: low is None or product.price.amount >= low,
    }

    def left(*, without: str | None = None) -> list[ProductSnapshot]:
        return [each for each in products if all(check(each) for facet, check in holds.items() if facet != without)]

    criteria = Criteria(category=category, brand=brand, tag=tag, min_price=low)
    found = find(index_of(products, segments=2), criteria, limit=100)
    counted = {
        facet: {str(value["value"]): value["count"] for value in values}
        for facet, values in found.facets.items()
        if facet != "price"
    }
    assert {product["id"] for product in found.products} == {product.id for product in left()}
    assert counted["category"] == Counter(product.category for product in left(without="category"))
    assert counted["brand"] == Counter(product.brand for product in left(without="brand") if product.brand)
    assert counted["tag"] == Counter(each for product in left(without="tag") for each in product.tags)
    assert sum(int(str(value["count"])) for value in found.facets["price"]) == len(left(without="price"))


@SOME_EXAMPLES
@given(products=PRODUCTS)
def test_orders(products: list[ProductSnapshot]) -> None:
    searcher = index_of(products, segments=2)

    def ids(sort: Sort) -> list[str]:
        return [product["id"] for product in find(searcher, Criteria(sort=sort), limit=100).products]

    by_price = sorted(products, key=lambda product: (product.price.amount, product.id))
    assert ids(Sort.PRICE_ASC) == [product.id for product in by_price]
    assert ids(Sort.PRICE_DESC) == [product.id for product in reversed(by_price)]
    by_age = sorted(products, key=lambda product: (product.created_at, product.id), reverse=True)
    assert ids(Sort.NEWEST) == ids(Sort.RELEVANCE) == [product.id for product in by_age]
    folded = {"Éclair": "eclair"}
    by_name = sorted(products, key=lambda product: (folded.get(product.name, product.name.lower()), product.id))
    assert ids(Sort.NAME) == [product.id for product in by_name]


def test_an_item_is_the_snapshot() -> None:
    product = snapshot("p1", version=7, brand="Acme", tags=["new"], attributes={"colour": "blue"}, age_in_days=1)
    (item,) = find(index_of([product]), Criteria(), limit=1).products
    assert item == product.model_dump(mode="json", exclude_none=True)


@pytest.mark.parametrize("offset", [0, 1, 10**9])
def test_an_offset_beyond_the_end_finds_nothing(offset: int) -> None:
    results = find(index_of([]), Criteria(), limit=100, offset=offset)
    assert (results.products, results.total) == ([], 0)


def test_what_is_there_as_it_was_typed_is_looked_for_once(queries: list[str]) -> None:
    searcher = index_of([snapshot("shoe", name="Red Shoe")])
    assert find(searcher, Criteria(text="red shoe"), limit=5).total == 1
    assert queries == ["search", "aggregate"]


def test_a_filter_that_leaves_nothing_does_not_make_a_text_misspelt() -> None:
    searcher = index_of([snapshot("shoe", name="Red Shoe", brand="Acme"), snapshot("shoo", name="Shoo", brand="Nomad")])
    assert find(searcher, Criteria(text="shoe", brand=["Nomad"]), limit=5).total == 0
    assert find(searcher, Criteria(text="shoa", brand=["Nomad"]), limit=5).total == 1
