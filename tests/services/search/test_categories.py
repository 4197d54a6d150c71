from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import store.recent
from search import environment
from search.category_repository import SEEN_SECONDS, CategoryRepository
from search.category_tree import Branch, CategoryTree
from search.criteria import Criteria
from search.results import find
from store.errors import UnavailableError
from store.operations import Delete, Item, Put, Update
from store.table import Table
from tests.services.passing_time import PassingTime
from tests.services.search.conftest import Account
from tests.services.search.products import moved, published, removed, snapshot
from tests.services.search.test_api import CLIENT, get, ids
from tests.services.search.test_events import handle
from tests.services.search.test_indexer import indexed
from tests.services.search.test_results import index_of

HOME = [moved("home", version=1, name="Home"), moved("kitchen", version=2, path=["home"], name="Kitchen")]


@pytest.fixture
def time_passes(monkeypatch: pytest.MonkeyPatch) -> PassingTime:
    passing = PassingTime()
    monkeypatch.setattr(store.recent, "time", passing)
    return passing


def test_a_category_finds_what_is_below_it_and_counts_it() -> None:
    tree = CategoryTree().changed(
        [
            ("home", Branch(version=1, name="Home")),
            ("kitchen", Branch(version=2, name="Kitchen", parent="home")),
            ("knives", Branch(version=3, name="Knives", parent="kitchen")),
            ("empty", Branch(version=4, name="Empty", parent="home")),
        ]
    )
    in_categories = ["knives", "kitchen", "home", "knives", "Food, drink"]
    searcher = index_of([snapshot(f"p{number}", category=each) for number, each in enumerate(in_categories)])

    def found(*categories: str) -> set[str]:
        products = find(searcher, Criteria(category=categories), limit=10, tree=tree).products
        return {each["id"] for each in products}

    assert found("home") == {"p0", "p1", "p2", "p3"}
    assert found("kitchen", "Food, drink") == {"p0", "p1", "p3", "p4"}
    assert found("empty") == found("nowhere") == set()
    for criteria in (Criteria(), Criteria(category=("kitchen",))):
        assert find(searcher, criteria, limit=10, tree=tree).facets["category"] == [
            {"value": "home", "count": 4, "name": "Home", "path": []},
            {"value": "kitchen", "count": 3, "name": "Kitchen", "path": ["home"]},
            {"value": "knives", "count": 2, "name": "Knives", "path": ["home", "kitchen"]},
            {"value": "Food, drink", "count": 1},
        ]


def test_a_move_is_followed_without_another_index(service: Account, time_passes: PassingTime) -> None:
    assert handle(*HOME, published(snapshot("pan", category="kitchen", name="Iron Pan"))) == []
    generation = service.pointer.read()
    assert ids(get(category="home")[1]) == ["pan"]

    assert handle(moved("kitchen", version=3, name="Kitchen"), *HOME) == []
    time_passes.seconds(SEEN_SECONDS)
    assert ids(get(category="home")[1]) == []
    assert ids(get(category="kitchen")[1]) == ["pan"]
    assert service.pointer.read() == generation
    suggested = CLIENT.call(
        "GET", "/v1/search/suggestions", route="GET /v1/search/suggestions", query={"q": "kit"}
    ).json
    assert suggested["categories"] == [{"value": "kitchen", "count": 1, "name": "Kitchen", "path": []}]

    assert handle(removed("kitchen", version=4), moved("kitchen", version=2, path=["home"])) == []
    time_passes.seconds(SEEN_SECONDS)
    assert get()[1]["facets"]["category"] == [{"value": "kitchen", "count": 1}]  # type: ignore[index]


def test_the_tree_is_read_once_in_a_while_and_kept_when_the_table_is_silent(
    account: Account, time_passes: PassingTime
) -> None:
    class Counting(Table):
        reads = 0
        is_silent = False

        def get(self, pk: str, sk: str, *, consistent: bool = False) -> Item | None:
            self.reads += 1
            if self.is_silent:
                raise UnavailableError("no answer")
            return super().get(pk, sk, consistent=consistent)

    table = Counting(name=account.table_name, client=account.client)
    categories = CategoryRepository(table)
    table.is_silent = True
    with pytest.raises(UnavailableError):
        categories.seen()
    table.is_silent, table.reads = False, 0
    CategoryRepository(account.table).change([("home", Branch(version=1, name="Home"))])
    assert [categories.seen().name("home") for _ in range(3)] == ["Home"] * 3
    assert table.reads == 1
    table.is_silent = True
    time_passes.seconds(SEEN_SECONDS)
    assert categories.seen().name("home") == "Home"


def test_nothing_is_lost_between_writers(account: Account) -> None:
    def change(number: int) -> bool:
        return CategoryRepository(account.table).change([(f"c{number}", Branch(version=number + 1, name="Any"))])

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(change, range(12)))
    assert sorted(CategoryRepository(account.table).seen().branches) == sorted(f"c{number}" for number in range(12))
    assert not change(3)


def test_what_is_not_stored_comes_again_and_products_do_not_wait(
    service: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing(Table):
        def write(self, operation: Put | Update | Delete) -> None:
            raise UnavailableError(f"no answer to {operation}")

    monkeypatch.setattr(environment, "categories", lambda: CategoryRepository(Refusing(name=service.table_name)))
    assert handle(HOME[0], published(snapshot("pan")), HOME[1]) == ["0", "2"]
    assert indexed(service) == {"pan": 1}
