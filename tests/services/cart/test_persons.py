from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cart import persons
from cart.persons import ShoppingPerson
from cart.repository import current_keys
from contracts.personal_data_events import PersonalDataRequest
from store.table import Table
from tests.services.cart.conftest import Caller


def person(name: str) -> PersonalDataRequest:
    return PersonalDataRequest(request_id="r-1", customer_id=f"id-of-{name}", email=None, due_at=datetime.now(UTC))


def ids(table: Table, name: str) -> set[object]:
    return {record.data["id"] for record in ShoppingPerson(table).provide(person(name))}


def id_of(cart: str) -> str:
    return cart.rpartition("/")[2]


def test_a_person_gets_their_carts(anonymous: Caller, ada: Caller, bob: Caller, table: Table) -> None:
    dollars, euros, other = ada.begin(), ada.begin("EUR"), anonymous.begin()
    ada.put(dollars, "mug", 2)
    bob.begin()
    assert ids(table, "ada") == {id_of(dollars), id_of(euros)}
    assert ada("POST", f"{other}/merge").headers["Content-Location"] == dollars
    assert ids(table, "ada") == {id_of(dollars), id_of(euros), id_of(other)}
    (record,) = (r for r in ShoppingPerson(table).provide(person("ada")) if r.data["id"] == id_of(dollars))
    assert record.kind == "cart"
    assert record.data["items"] == [
        {"sku": "mug", "quantity": 2, "name": None, "unit_price": None, "total": None, "available": None}
    ]


def test_pages_of_the_index_are_all_read(ada: Caller, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons, "_PAGE", 2)
    begun = {id_of(ada.begin()) for _ in range(5)}
    assert ids(table, "ada") == begun


def test_who_is_forgotten_has_no_cart(ada: Caller, bob: Caller, table: Table) -> None:
    cart, bobs = ada.begin(), bob.begin()
    ada.put(cart, "mug", 1)
    ada("PUT", f"{cart}/checkout", {"checkout_id": "checkout-1", "customer_id": "id-of-ada"})
    for _ in range(2):
        assert ShoppingPerson(table).forget(person("ada")) == []
    assert ids(table, "ada") == set()
    assert current_keys(table, "id-of-ada") == []
    assert ada("GET", cart).status == 404
    assert ada("DELETE", f"{cart}/checkout/checkout-1").status == 204
    assert bob.contents(bobs) == {}
    assert ids(table, "bob") == {id_of(bobs)}
