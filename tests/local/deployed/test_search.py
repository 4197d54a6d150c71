"""Search over HTTP: text, filters, facets, order and paging."""

from http import HTTPStatus
from typing import Any

import pytest

from tests.local.deployed.storefront import Storefront, assert_problem, product

PRICES = [500, 1500, 2500, 3500, 4500]


@pytest.fixture(scope="module")
def shelf(storefront: Storefront) -> dict[str, Any]:
    """Five teapots in a category of their own, one more in another."""
    category, elsewhere = storefront.new_id("teapots"), storefront.new_id("elsewhere")
    names = ["Ash Teapot", "Birch Teapot", "Cedar Teapot", "Damson Teapot", "Elder Teapot"]
    rows = [
        product(name=name, category=category, price={"currency": "EUR", "amount": price})
        for name, price in zip(names, PRICES, strict=True)
    ]
    rows.append(product(name="Fir Teapot", category=elsewhere))
    storefront.merchant.post("/v1/products/import", json=rows).raise_for_status()
    storefront.eventually(lambda: storefront.search(q="teapot", category=category)["total"] == len(PRICES))
    storefront.eventually(lambda: storefront.search(q="teapot", category=elsewhere)["total"] == 1)
    return {"category": category, "elsewhere": elsewhere, "names": names}


def test_words_are_matched_whatever_their_case_and_number(storefront: Storefront, shelf: dict[str, Any]) -> None:
    for words in ("TEAPOTS birch", "birch teapot"):
        assert storefront.search(q=words, category=shelf["category"])["items"][0]["name"] == "Birch Teapot"


def test_price_bounds_are_inclusive(storefront: Storefront, shelf: dict[str, Any]) -> None:
    found = storefront.search(category=shelf["category"], min_price=1500, max_price=3500, sort="price_asc")

    assert [item["price"]["amount"] for item in found["items"]] == [1500, 2500, 3500]
    assert found["total"] == 3


@pytest.mark.parametrize(("sort", "expected"), [("price_asc", PRICES), ("price_desc", PRICES[::-1])])
def test_sorted_by_price_across_pages(
    storefront: Storefront, shelf: dict[str, Any], sort: str, expected: list[int]
) -> None:
    pages = storefront.pages("/v1/search", category=shelf["category"], sort=sort, limit=2)

    assert [item["price"]["amount"] for page in pages for item in page["items"]] == expected


def test_prices_are_compared_in_the_currency_asked_for(storefront: Storefront) -> None:
    category = storefront.new_id("mugs")
    ids = [storefront.new_id("mug") for _ in range(3)]
    further = [{"currency": "EUR", "amount": 1200}, {"currency": "EUR", "amount": 100, "price_list": "trade"}]
    dear = {"sku": f"{ids[0]}-gold", "price": {"currency": "USD", "amount": 9000}}
    cheap = {"sku": f"{ids[0]}-tin", "price": {"currency": "USD", "amount": 800}, "prices": further}
    rows = [
        product(id=ids[0], category=category, price={"currency": "USD", "amount": 9000}, variants=[dear, cheap]),
        product(id=ids[1], category=category, price={"currency": "EUR", "amount": 1100}),
        product(id=ids[2], category=category, price={"currency": "USD", "amount": 1000}),
    ]
    storefront.merchant.post("/v1/products/import", json=rows).raise_for_status()
    storefront.eventually(lambda: storefront.search(category=category)["total"] == len(rows))

    euro = storefront.search(category=category, currency="EUR", sort="price_asc", max_price=1200)
    assert [(each["id"], each["price"]["amount"]) for each in euro["items"]] == [(ids[1], 1100), (ids[0], 1200)]
    assert euro["facets"]["price"] == [{"currency": "EUR", "from": 1000, "to": 1999, "count": 2}]
    dollar = storefront.search(category=category, currency="USD", sort="price_desc")
    assert [(each["id"], each["price"]["amount"]) for each in dollar["items"]] == [(ids[2], 1000), (ids[0], 800)]


def test_sorted_by_name(storefront: Storefront, shelf: dict[str, Any]) -> None:
    found = storefront.search(category=shelf["category"], sort="name")

    assert [item["name"] for item in found["items"]] == shelf["names"]


def test_facets_count_what_matches(storefront: Storefront, shelf: dict[str, Any]) -> None:
    facets = storefront.search(q="teapot", limit=1)["facets"]

    counts = {entry["value"]: entry["count"] for entry in facets["category"]}
    assert (counts[shelf["category"]], counts[shelf["elsewhere"]]) == (5, 1)


def test_a_category_finds_what_is_below_it_and_follows_moves(storefront: Storefront) -> None:
    top, other, leaf = (storefront.new_id("category") for _ in range(3))

    def put(category: str, parent: str | None = None) -> None:
        body = {"name": category.upper(), "parent": parent}
        storefront.merchant.put(f"/v1/categories/{category}", json=body).raise_for_status()

    def found(category: str) -> list[str]:
        return [each["id"] for each in storefront.search(category=category)["items"]]

    put(top)
    put(other)
    put(leaf, top)
    kept = storefront.publish(product(category=leaf))["id"]
    storefront.eventually(lambda: found(top) == [kept])
    assert storefront.search(category=leaf)["total"] == 1
    facet = {each["value"]: each for each in storefront.search(q="plain", category=leaf)["facets"]["category"]}
    assert facet[top] == {"value": top, "count": 1, "name": top.upper(), "path": []}
    assert facet[leaf] == {"value": leaf, "count": 1, "name": leaf.upper(), "path": [top]}

    put(leaf, other)
    storefront.eventually(lambda: (found(top), found(other)) == ([], [kept]))
    removed = storefront.merchant.delete(f"/v1/categories/{other}", params={"cascade": "true"})
    assert removed.status_code == HTTPStatus.NO_CONTENT
    storefront.eventually(lambda: (found(other), found(leaf)) == ([], [kept]))


def test_of_the_values_of_a_filter_one_is_enough_and_none_is_hidden(
    storefront: Storefront, shelf: dict[str, Any]
) -> None:
    both = storefront.search(q="teapot", category=[shelf["category"], shelf["elsewhere"]])
    one = storefront.search(q="teapot", category=[shelf["elsewhere"]])

    assert (both["total"], one["total"]) == (6, 1)
    assert one["facets"]["category"] == storefront.search(q="teapot")["facets"]["category"]


@pytest.mark.parametrize("typed", ["birch tea", "birch teapto", "bircg teapot"])
@pytest.mark.usefixtures("shelf")
def test_a_name_is_suggested_while_it_is_typed_slips_or_not(storefront: Storefront, typed: str) -> None:
    answer = storefront.visitor.get("/v1/search/suggestions", params={"q": typed})

    assert "Birch Teapot" in [each["name"] for each in answer.raise_for_status().json()["products"]]
    seen = {"If-None-Match": answer.headers["etag"]}
    again = storefront.visitor.get("/v1/search/suggestions", params={"q": typed}, headers=seen)
    assert again.status_code == HTTPStatus.NOT_MODIFIED


def test_related_are_others_of_the_kind_and_no_drafts(storefront: Storefront, shelf: dict[str, Any]) -> None:
    of_the_kind = {item["id"] for item in storefront.search(category=shelf["category"])["items"]}
    one = min(of_the_kind)

    def related() -> list[str]:
        answer = storefront.visitor.get(f"/v1/products/{one}/related", params={"limit": 4})
        return [item["id"] for item in answer.raise_for_status().json()["items"]]

    assert set(related()) == of_the_kind - {one}
    other = related()[0]
    draft = storefront.visitor.get(f"/v1/products/{other}").json() | {"status": "draft"}
    storefront.publish(draft)
    storefront.eventually(lambda: other not in related())
    refused = storefront.visitor.get(f"/v1/products/{other}/related")
    assert_problem(refused, HTTPStatus.NOT_FOUND)
    storefront.publish(draft | {"status": "published"})
    storefront.eventually(lambda: other in related())


@pytest.mark.parametrize("text", ['"', "AND OR NOT", "name:(", "*", "\\", "🫖", "a" * 200, "+-!{}[]^~?:/"])
def test_no_query_text_breaks_the_search(storefront: Storefront, text: str) -> None:
    assert storefront.search(q=text)["total"] >= 0
