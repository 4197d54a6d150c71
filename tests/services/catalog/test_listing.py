from __future__ import annotations

from typing import cast

import pytest

from tests.services.http_client import Client, product

IDS = [f"p{number:02}" for number in range(25)]


@pytest.fixture
def stocked(catalog: Client) -> Client:
    rows = [product(name, category="tents" if index % 3 == 0 else "footwear") for index, name in enumerate(IDS)]
    rows.append(product("hidden", status="draft"))
    report = catalog.call("POST", "/v1/products/import", body=rows)
    assert report.json["accepted"] == 26
    return catalog


def walk(client: Client, **query: str) -> list[list[str]]:
    pages: list[list[str]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = client.call("GET", "/v1/products", query={**query, **cursor})
        assert answer.status == 200
        pages.append([str(item["id"]) for item in cast(list[dict[str, object]], answer.json["items"])])
        if answer.json["next"] is None:
            return pages
        cursor = {"cursor": str(answer.json["next"])}


@pytest.mark.parametrize("limit", [1, 7, 24, 25, 100])
def test_paging_shows_every_published_product_once_in_order(stocked: Client, limit: int) -> None:
    pages = walk(stocked, limit=str(limit))
    assert [name for page in pages for name in page] == IDS
    assert all(len(page) == limit for page in pages[:-1])
    assert pages[-1]


def test_a_category_is_a_list_of_its_own(stocked: Client) -> None:
    assert [name for page in walk(stocked, category="tents", limit="4") for name in page] == IDS[::3]
    assert walk(stocked, category="none") == [[]]
    assert walk(stocked, category="") == [[]]
    assert walk(stocked, category="x" * 5000) == [[]]


def test_the_default_page_holds_24(stocked: Client) -> None:
    assert [len(page) for page in walk(stocked)] == [24, 1]


def test_products_that_appear_while_paging_are_neither_lost_nor_repeated(stocked: Client) -> None:
    first = stocked.call("GET", "/v1/products", query={"limit": "10"})
    stocked.call("PUT", "/v1/products/p09-new", body=product("p09-new"))
    stocked.call("DELETE", "/v1/products/p09")
    query = {"limit": "100", "cursor": str(first.json["next"])}
    rest = stocked.call("GET", "/v1/products", query=query)
    found = [item["id"] for item in cast(list[dict[str, object]], rest.json["items"])]
    assert found == ["p09-new", *IDS[10:]]


def test_a_cursor_belongs_to_its_category(stocked: Client) -> None:
    cursor = str(stocked.call("GET", "/v1/products", query={"limit": "2"}).json["next"])
    for query in ({"category": "tents", "cursor": cursor}, {"cursor": "abc"}, {"cursor": ""}, {"cursor": "\ud800"}):
        answer = stocked.call("GET", "/v1/products", query=query)
        assert answer.status == 422
        answer.problem()


def test_a_product_that_changed_its_category_moved(stocked: Client) -> None:
    stocked.call("PUT", "/v1/products/p00", body=product("p00", category="bags"))
    assert "p00" not in walk(stocked, category="tents")[0]
    assert walk(stocked, category="bags") == [["p00"]]
