from __future__ import annotations

from pathlib import Path

import pytest

from search.engine import Searcher, amend_index, create_index
from search.related import find_related
from tests.services.search.conftest import Account
from tests.services.search.products import document, snapshot, tombstone
from tests.services.search.test_api import CLIENT, publish
from tests.services.search.test_indexer import store

PRODUCTS = [
    snapshot("chair", name="Oak Chair", category="furniture", description="Solid oak with a woven seat", brand="Fjell"),
    snapshot("stool", name="Oak Stool", category="furniture", description="Solid oak, three legs"),
    snapshot("table", name="Glass Table", category="furniture", description="Clear and cold"),
    snapshot("shoe", name="Red Shoe", category="footwear", description="For running"),
    snapshot("mug", name="Camp Mug", category="kitchen", description="For the fire", brand="Fjell"),
    snapshot("alone", name="Xylophone", category="music", description="Rosewood"),
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    directory = tmp_path_factory.mktemp("index")
    create_index(directory, map(document, PRODUCTS))
    return Searcher(directory)


def related(searcher: Searcher, product: str, limit: int = 10) -> list[str]:
    found = find_related(searcher, product, limit=limit)
    assert found is not None
    return [each["id"] for each in found]


def test_shared_words_count_then_category_and_brand(searcher: Searcher) -> None:
    found = related(searcher, "chair")
    assert found[0] == "stool"
    assert set(found) == {"stool", "table", "mug"}


def test_a_product_that_shares_nothing(searcher: Searcher) -> None:
    assert related(searcher, "alone") == []


def test_one_that_is_not_there(searcher: Searcher) -> None:
    assert find_related(searcher, "nothing", limit=3) is None


@pytest.mark.parametrize("product", [each.id for each in PRODUCTS])
def test_never_itself(searcher: Searcher, product: str) -> None:
    assert product not in related(searcher, product)


def test_at_most_as_many_as_asked_for(searcher: Searcher) -> None:
    assert related(searcher, "chair", limit=1) == ["stool"]


def test_what_is_withdrawn_is_related_to_nothing(tmp_path: Path) -> None:
    create_index(tmp_path, map(document, PRODUCTS))
    amend_index(tmp_path, [tombstone("stool", version=2)])
    searcher = Searcher(tmp_path)
    assert "stool" not in related(searcher, "chair")
    assert find_related(searcher, "stool", limit=3) is None


def test_more_products_were_replaced_than_are_left(tmp_path: Path) -> None:
    """The index counts words of what was replaced until it merges segments; it dies of a word in more than all."""
    create_index(tmp_path, [document(snapshot(each)) for each in "abc"])
    amend_index(tmp_path, [document(snapshot(each, version=2)) for each in "abc"])
    amend_index(tmp_path, [tombstone("c", version=3)])
    assert related(Searcher(tmp_path), "a") == ["b"]
    amend_index(tmp_path, [tombstone("b", version=3)])
    assert related(Searcher(tmp_path), "a") == []


def ask(id: str, headers: dict[str, str] | None = None, **query: str) -> tuple[int, dict[str, object], dict[str, str]]:
    path, route = f"/v1/products/{id}/related", "GET /v1/products/{id}/related"
    answer = CLIENT.call("GET", path, route=route, query=query, headers=headers)
    return answer.status, answer.json if answer.text else {}, dict(answer.headers)


def test_over_http(service: Account) -> None:
    publish(service, "a", "b", "c")
    status, found, headers = ask("a", limit="1")
    items = found["items"]
    assert isinstance(items, list)
    assert (status, len(items), headers["Cache-Control"]) == (200, 1, "public, max-age=60")
    assert ask("a", {"If-None-Match": headers["ETag"]}, limit="1")[0] == 304


def test_what_is_not_published_is_not_there(service: Account) -> None:
    publish(service, "a", "b")
    service.indexer().bring_up_to_date(store(service, tombstone("b", version=2)))
    for missing in ("b", "never", "x" * 300):
        status, problem, _ = ask(missing)
        assert (status, problem["type"]) == (404, ask("never")[1]["type"])


@pytest.mark.usefixtures("service")
def test_an_empty_shop_has_nothing() -> None:
    assert ask("a")[0] == 404


@pytest.mark.parametrize("limit", ["0", "25", "x", ""])
@pytest.mark.usefixtures("service")
def test_an_invalid_limit(limit: str) -> None:
    assert ask("a", limit=limit)[0] == 422
