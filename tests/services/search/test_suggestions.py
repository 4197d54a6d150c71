from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import environment
from search.criteria import LONGEST_TEXT
from search.engine import Searcher, amend_index, create_index
from search.suggestions import suggest
from tests.services.search.conftest import Account
from tests.services.search.products import MANY_EXAMPLES, document, snapshot, tombstone
from tests.services.search.test_api import CLIENT, publish

PRODUCTS = [
    snapshot("urban", name="Urban Leather Backpack", category="accessories", tags=["bag"], brand="Nomad"),
    snapshot("hiker", name="Hiker's Backpack", category="outdoors"),
    snapshot("belt", name="Leather Belt", category="accessories"),
    snapshot("boots", name="Leather Boots", category="footwear"),
    snapshot("socks", name="Wool Socks", category="footwear"),
    snapshot("cafe", name="Café Crème Cups", category="home decor"),
    snapshot("cap", name="The Cap", category="apparel", description="Beside a backpack, the best there is."),
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    directory = tmp_path_factory.mktemp("index")
    create_index(directory, map(document, PRODUCTS))
    return Searcher(directory)


def queries(searcher: Searcher, text: str, limit: int = 10) -> list[str]:
    return [query for query, _ in suggest(searcher, text, limit=limit).queries]


def products(searcher: Searcher, text: str) -> list[str]:
    return [product for product, _ in suggest(searcher, text, limit=10).products]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lea", ["leather"]),
        ("LEA", ["leather"]),
        ("ba", ["backpack", "bag"]),  # by the number of products
        ("leather b", ["leather backpack", "leather bag", "leather belt", "leather boots"]),
        ("Urban Leather b", ["Urban Leather backpack", "Urban Leather bag"]),
        ("backpack", ["backpack"]),
        ("nom", ["nomad"]),
        ("creme c", ["creme cafe", "creme cups"]),
        ("cr", ["creme"]),
        ("hiker's b", ["hiker's backpack"]),
        ("the c", ["the cap"]),
        ("th", []),  # a word that says nothing completes nothing
        ("wool ", ["wool footwear", "wool socks"]),
        ("wol ", []),
        # what is misspelt, only when nothing begins so
        ("bakp", ["backpack"]),
        ("bcakp", ["backpack"]),
        ("laether", ["leather"]),
        ("leathr b", ["leathr backpack", "leathr bag", "leathr belt", "leathr boots"]),
        ("acesories", ["accessories"]),
        ("acecsories", ["accessories"]),
        ("lxa", []),  # three letters: no slip is allowed for
        ("bxxp", []),  # two slips in four letters
        ("zzzz", []),
        ("", []),
        (" ", []),
        ("😀", []),
    ],
)
def test_completions(searcher: Searcher, text: str, expected: list[str]) -> None:
    assert queries(searcher, text) == expected


def test_how_many_products_have_the_word(searcher: Searcher) -> None:
    assert suggest(searcher, "lea", limit=10).queries == [("leather", 3)]
    assert suggest(searcher, "urban b", limit=10).queries == [("urban backpack", 1), ("urban bag", 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("foot", [("footwear", 2)]),
        ("Foo", [("footwear", 2)]),
        ("de", [("home decor", 1)]),
        ("home d", [("home decor", 1)]),
        ("home ", [("home decor", 1)]),
        ("footwaer", [("footwear", 2)]),
        ("a", [("accessories", 2), ("apparel", 1)]),
        ("leather", []),
    ],
)
def test_categories(searcher: Searcher, text: str, expected: list[tuple[str, int]]) -> None:
    assert suggest(searcher, text, limit=10).categories == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("urb", ["urban"]),
        ("leather be", ["belt"]),
        ("leather bo", ["boots"]),
        ("bakp", ["hiker", "urban"]),
        ("socks", ["socks"]),
    ],
)
def test_products(searcher: Searcher, text: str, expected: list[str]) -> None:
    assert sorted(products(searcher, text)) == expected


def test_a_product_with_the_whole_word_comes_before_one_whose_word_only_begins_so(tmp_path: Path) -> None:
    names = {"a": "Capsule", "b": "Cap", "c": "Capri Trousers"}
    create_index(tmp_path, [document(snapshot(each, name=name)) for each, name in names.items()])
    assert products(Searcher(tmp_path), "cap")[0] == "b"


def test_what_is_withdrawn_is_suggested_no_more(tmp_path: Path) -> None:
    create_index(tmp_path, map(document, PRODUCTS))
    amend_index(tmp_path, [tombstone("urban", version=2), tombstone("cafe", version=2)])
    searcher = Searcher(tmp_path)
    assert suggest(searcher, "lea", limit=10).queries == [("leather", 2)]
    assert suggest(searcher, "home", limit=10) == suggest(searcher, "zzzz", limit=10)
    assert queries(searcher, "urb") == []


def test_a_limit_of_each_kind(searcher: Searcher) -> None:
    found = suggest(searcher, "a", limit=1)
    assert (len(found.queries), len(found.categories), len(found.products)) == (1, 1, 1)


@MANY_EXAMPLES
@given(
    text=st.text(max_size=LONGEST_TEXT) | st.lists(st.sampled_from(['"', "-", " ", "lea", "bakp", "the"])).map("".join)
)
def test_every_text_has_an_answer(searcher: Searcher, text: str) -> None:
    assert len(suggest(searcher, text, limit=3).products) <= 3


def ask(headers: dict[str, str] | None = None, **query: str) -> tuple[int, dict[str, object], dict[str, str]]:
    route = "GET /v1/search/suggestions"
    answer = CLIENT.call("GET", "/v1/search/suggestions", route=route, query=query, headers=headers)
    return answer.status, answer.json if answer.text else {}, dict(answer.headers)


def test_over_http(service: Account) -> None:
    publish(service, "a")
    status, found, headers = ask(q="sho")
    assert (status, found) == (
        200,
        {
            "queries": [{"text": "shoe", "count": 1}],
            "categories": [],
            "products": [{"id": "a", "name": "Shoe a"}],
        },
    )
    assert headers["Cache-Control"] == "public, max-age=60"
    assert ask({"If-None-Match": headers["ETag"]}, q="sho")[0] == 304
    publish(service, "b")
    environment.reader.cache_clear()
    assert ask({"If-None-Match": headers["ETag"]}, q="sho")[1]["queries"] == [{"text": "shoe", "count": 2}]


@pytest.mark.usefixtures("service")
def test_an_empty_shop_suggests_nothing() -> None:
    assert ask(q="sho")[:2] == (200, {"queries": [], "categories": [], "products": []})


@pytest.mark.usefixtures("service")
def test_invalid_parameters_are_all_named() -> None:
    status, problem, _ = ask(q="x" * 257, limit="21")
    errors = problem["errors"]
    assert isinstance(errors, list)
    assert (status, [error["parameter"] for error in errors]) == (422, ["q", "limit"])
