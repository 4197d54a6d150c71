from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.cursor import encode_cursor
from search import environment
from search.api import handler
from search.criteria import Criteria
from search.retirement import GRACE_SECONDS
from tests.services.http_client import Client, HttpHandler
from tests.services.search.conftest import ROUTE_ACCESS, Account
from tests.services.search.products import MANY_EXAMPLES, document, snapshot
from tests.services.search.test_indexer import store

CLIENT = Client(handlers={"GET": cast(HttpHandler, handler)})


def get(**query: str | Sequence[str]) -> tuple[int, dict[str, object], Mapping[str, str]]:
    answer = CLIENT.call("GET", "/v1/search", route="GET /v1/search", query=query)
    return answer.status, answer.json, answer.headers


def ids(page: Mapping[str, object]) -> list[str]:
    items = page["items"]
    assert isinstance(items, list)
    return [item["id"] for item in items]


def publish(account: Account, *names: str, version: int = 1) -> None:
    account.indexer().bring_up_to_date(
        store(account, *(document(snapshot(name, version=version, name=f"Shoe {name}")) for name in names))
    )


def read_on(page: Mapping[str, object], **query: str) -> list[str]:
    """Give the ids on all pages from this one on."""
    found = ids(page)
    while page["next"]:
        status, page, _ = get(**query, cursor=str(page["next"]))
        assert status == 200, page
        found += ids(page)
    return found


@pytest.mark.usefixtures("service")
def test_an_empty_shop() -> None:
    status, page, headers = get()
    assert status == 200
    facets: dict[str, list[object]] = {"category": [], "brand": [], "tag": [], "price": []}
    assert page == {"items": [], "facets": facets, "total": 0, "next": None}
    assert headers["Content-Type"] == "application/json"


def test_a_page(service: Account) -> None:
    product = snapshot("p1", name="Blue Shoe", brand="Acme", amount=4999)
    service.indexer().bring_up_to_date(store(service, document(product), document(snapshot("p2", name="Lamp"))))
    status, page, _ = get(q="shoes", category="footwear", min_price="4999", max_price="4999", sort="price_asc")
    assert status == 200
    assert page == {
        "items": [product.model_dump(mode="json", exclude_none=True)],
        "facets": {
            "category": [{"value": "footwear", "count": 1}],
            "brand": [{"value": "Acme", "count": 1}],
            "tag": [],
            "price": [{"currency": "USD", "from": 2000, "to": 4999, "count": 1}],
        },
        "total": 1,
        "next": None,
    }


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ({"limit": "0"}, ["limit"]),
        ({"limit": "101"}, ["limit"]),
        ({"limit": "ten"}, ["limit"]),
        ({"limit": ""}, ["limit"]),
        ({"sort": "cheapest"}, ["sort"]),
        ({"sort": ""}, ["sort"]),
        ({"min_price": "-1"}, ["min_price"]),
        ({"min_price": "1.5"}, ["min_price"]),
        ({"max_price": "1" + "0" * 12}, ["max_price"]),
        ({"max_price": ""}, ["max_price"]),
        ({"min_price": "2", "max_price": "1"}, ["min_price"]),
        ({"currency": "usd"}, ["currency"]),
        ({"q": "x" * 257}, ["q"]),
        ({"q": "x" * 10_000}, ["q"]),
        ({"category": "x" * 201}, ["category"]),
        ({"tag": ["a", "x" * 201]}, ["tag"]),
        ({"brand": [str(number) for number in range(21)]}, ["brand"]),
        ({"cursor": "x"}, ["cursor"]),
        ({"cursor": ""}, ["cursor"]),
        ({"q": "x" * 257, "limit": "x", "sort": "y", "min_price": "z"}, ["q", "min_price", "sort", "limit"]),
    ],
)
def test_invalid_parameters_are_all_named(
    monkeypatch: pytest.MonkeyPatch, query: dict[str, str | list[str]], parameters: list[str]
) -> None:
    monkeypatch.setenv("ROUTE_ACCESS", ROUTE_ACCESS)
    monkeypatch.setattr(environment, "reader", lambda: None)  # no index is needed to see that they are wrong
    status, problem, headers = get(**query)
    assert status == 422
    assert headers["Content-Type"] == "application/problem+json"
    errors = problem["errors"]
    assert isinstance(errors, list)
    assert [error["parameter"] for error in errors] == parameters


def test_blank_texts_count_as_left_out(service: Account) -> None:
    publish(service, "a", "b")
    status, page, _ = get(q=" ", category="", brand=" ", tag="", currency="")
    assert (status, page["total"]) == (200, 2)


def test_values_of_one_filter_are_sent_one_by_one_and_may_hold_commas(service: Account) -> None:
    categories = ["Food, drink", "footwear", "garden"]
    products = [document(snapshot(f"p{number}", category=each)) for number, each in enumerate(categories)]
    service.indexer().bring_up_to_date(store(service, *products))
    assert sorted(ids(get(category=["Food, drink", "garden", "garden", ""])[1])) == ["p0", "p2"]
    assert ids(get(category="Food, drink")[1]) == ["p0"]
    assert ids(get(category="footwear,garden")[1]) == []


@pytest.mark.parametrize("query", [{}, {"q": "shoe"}, {"sort": "name"}, {"q": "shoe", "sort": "price_desc"}])
def test_pages_stay_what_they_were_while_the_index_changes(service: Account, query: dict[str, str]) -> None:
    names = [f"p{number}" for number in range(7)]
    publish(service, *names)
    _, page, _ = get(**query, limit="3")
    publish(service, "new1", "new2")
    publish(service, "p3", version=2)
    environment.reader.cache_clear()  # another environment answers the next request
    assert sorted(read_on(page, **query, limit="3")) == names


def test_a_cursor_older_than_the_grace_period_goes_on_in_the_current_generation(service: Account) -> None:
    now = 1_000_000.0
    indexer = service.indexer(clock=lambda: now)
    indexer.bring_up_to_date(store(service, *(document(snapshot(f"p{number}")) for number in range(5))))
    _, page, _ = get(sort="name", limit="2")
    indexer.rebuild()
    now += GRACE_SECONDS + 1
    indexer.rebuild()
    environment.reader.cache_clear()
    assert read_on(page, sort="name", limit="2") == [f"p{number}" for number in range(5)]


def test_a_cursor_belongs_to_its_query(service: Account) -> None:
    publish(service, "a", "b", "c")
    _, page, _ = get(q="shoe", limit="1")
    cursor = str(page["next"])
    assert get(q="shoe", limit="2", cursor=cursor)[0] == 200
    for other in ({"q": "shoes"}, {"q": "shoe", "sort": "name"}, {"q": "shoe", "min_price": "0"}, {}):
        assert get(**other, cursor=cursor)[0] == 422


@pytest.mark.parametrize("position", [["../../secret", 0], ["", 0], [7, 0], ["0000000001-0123456789abcdef", -1], []])
def test_a_cursor_that_somebody_made_up(service: Account, position: list[str | int]) -> None:
    publish(service, "a")
    cursor = encode_cursor(position, query=f"search?{Criteria().fingerprint}")
    assert get(cursor=cursor)[0] == 422


def test_a_cursor_to_a_generation_that_never_was(service: Account) -> None:
    publish(service, "a")
    cursor = encode_cursor(["0000000009-0123456789abcdef", 10**15], query=f"search?{Criteria().fingerprint}")
    status, page, _ = get(cursor=cursor)
    assert (status, ids(page), page["total"], page["next"]) == (200, [], 1, None)


def test_a_lost_index_is_said_to_be_unavailable(service: Account) -> None:
    publish(service, "a")
    for bundle in service.bundles():
        service.bucket.delete(bundle)
    status, problem, headers = get()
    assert status == 503
    assert headers["Retry-After"] == "5"
    assert problem["status"] == 503


@settings(MANY_EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(
            ["q", "category", "brand", "tag", "currency", "min_price", "max_price", "sort", "limit", "cursor"]
        ),
        st.one_of(st.text(st.characters(), max_size=30), st.integers().map(str), st.sampled_from(["USD", "name", "٣"])),
    )
)
def test_no_query_is_our_fault(service: Account, query: dict[str, str]) -> None:
    if environment.reader().current() is None:
        publish(service, "a")
    status, _, _ = get(**query)
    assert status in (200, 422)
