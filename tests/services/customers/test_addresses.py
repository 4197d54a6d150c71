from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.services.customers.conftest import Caller

ADDRESSES = "/v1/customers/me/addresses"
HOME = {"name": "Ada Lovelace", "line1": "12 St James's Square", "city": "London", "country": "GB"}


def test_an_address_is_added_changed_and_deleted(ada: Caller) -> None:
    made = ada("POST", ADDRESSES, HOME)
    assert (made.status, made.json["default_shipping"], made.json["line2"]) == (201, True, None)
    path = made.headers["Location"]
    assert path == f"{ADDRESSES}/{made.json['id']}"
    changed = ada("PUT", path, {**made.json, "line2": "2nd floor"}, headers={"If-Match": made.headers["ETag"]})
    assert (changed.status, changed.headers["ETag"], changed.json["line2"]) == (200, '"2"', "2nd floor")
    assert ada("PUT", path, HOME, headers={"If-Match": '"1"'}).problem()["status"] == 412
    assert ada("DELETE", path, headers={"If-Match": '"1"'}).problem()["status"] == 412
    assert ada("DELETE", path).status == 204
    assert ada("DELETE", path).problem()["status"] == 404
    assert ada("GET", ADDRESSES).json == {"items": [], "next": None}


def test_all_are_listed_page_by_page(ada: Caller) -> None:
    made = [ada("POST", ADDRESSES, {**HOME, "line1": f"{n} Main St"}).json["id"] for n in range(5)]
    found, cursor = [], None
    while True:
        page = ada("GET", ADDRESSES, query={"limit": "2", **({"cursor": str(cursor)} if cursor else {})}).json
        found += [item["id"] for item in page["items"]]  # type: ignore[attr-defined]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == made
    assert ada("GET", ADDRESSES, query={"cursor": "nonsense"}).problem()["status"] == 422


def test_with_a_key_an_address_is_added_once_however_often_it_is_sent(ada: Caller) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: ada("POST", ADDRESSES, HOME, headers={"Idempotency-Key": "k"}), range(6)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len(ada("GET", ADDRESSES).json["items"]) == 1  # type: ignore[arg-type]
    another = ada("POST", ADDRESSES, {**HOME, "city": "Paris"}, headers={"Idempotency-Key": "k"})
    assert another.problem()["status"] == 422


def test_the_fifty_first_is_refused(ada: Caller) -> None:
    for _ in range(50):
        assert ada("POST", ADDRESSES, HOME).status == 201
    assert str(ada("POST", ADDRESSES, HOME).problem()["type"]).endswith(":too-many-addresses")


def test_nobody_changes_another_ones(ada: Caller, bob: Caller) -> None:
    path = ada("POST", ADDRESSES, HOME).headers["Location"]
    assert bob("PUT", path, HOME).problem()["status"] == 404
    assert bob("DELETE", path).problem()["status"] == 404


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"country": "UK"}, "/country"),
        ({"line1": ""}, "/line1"),
        ({"city": "\x00"}, "/city"),
        ({"postal_code": "!"}, "/postal_code"),
        ({"default_shipping": "yes"}, "/default_shipping"),
        ({"planet": "Mars"}, "/planet"),
    ],
)
def test_what_is_wrong_is_told(ada: Caller, change: dict[str, object], pointer: str) -> None:
    found = ada("POST", ADDRESSES, {**HOME, **change}).problem()
    assert (found["status"], found["errors"][0]["pointer"]) == (422, pointer)  # type: ignore[index]
