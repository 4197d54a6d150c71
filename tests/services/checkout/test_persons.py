from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from checkout import persons
from checkout.checkout import Checkout
from checkout.persons import CheckingOutPerson
from checkout.repository import CheckoutRepository
from contracts.personal_data_events import PersonalDataRequest
from store.operations import Put
from store.table import Table
from tests.services.checkout.requests import checkout

EVENT = Put(item={"pk": "OUTBOX#1", "sk": "EVENT", "outbox_event": "{}"})


def ada(email: str | None = "ada@example.com") -> PersonalDataRequest:
    return PersonalDataRequest(request_id="r-1", customer_id="ada", email=email, due_at=datetime.now(UTC))


def begun(repository: CheckoutRepository, *, customer_id: str | None = None, **fields: object) -> Checkout:
    new = replace(checkout(**fields), customer_id=customer_id)
    repository.begin(new)
    return new


def test_a_person_gets_what_they_began_signed_in_or_as_a_guest(table: Table, repository: CheckoutRepository) -> None:
    signed_in = begun(repository, customer_id="ada", email="other@example.com")
    guest = begun(repository, email="ADA@example.com")
    begun(repository, customer_id="bob")
    begun(repository, email="bob@example.com")
    records = list(CheckingOutPerson(table).provide(ada()))
    assert {record.data["id"] for record in records} == {signed_in.id, guest.id}
    assert {record.kind for record in records} == {"checkout"}
    (request,) = (record.data["request"] for record in records if record.data["id"] == guest.id)
    assert isinstance(request, dict)
    assert request["email"] == "ADA@example.com"
    assert "payment_method" not in request
    assert [record.data["id"] for record in CheckingOutPerson(table).provide(ada(None))] == [signed_in.id]


def test_pages_of_an_index_are_all_read(
    table: Table, repository: CheckoutRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persons, "_PAGE", 2)
    ids = {begun(repository, customer_id="ada").id for _ in range(5)}
    assert {record.data["id"] for record in CheckingOutPerson(table).provide(ada())} == ids


def test_ended_checkouts_become_nobodys_and_one_under_way_is_kept(table: Table, repository: CheckoutRepository) -> None:
    ended, under_way = begun(repository, customer_id="ada"), begun(repository, customer_id="ada")
    repository.complete(ended.id, EVENT)
    person = CheckingOutPerson(table)
    (kept,) = person.forget(ada())
    assert (kept.ground, kept.what) == ("contract", "checkouts that are under way")
    assert {record.data["id"] for record in person.provide(ada())} == {under_way.id}
    item = table.get(f"CHECKOUT#{ended.id}", "CHECKOUT", consistent=True)
    assert "ada" not in json.dumps(item, default=str).lower()
    found = repository.find(ended.id)
    assert found is not None
    assert found.document()["order_id"] == ended.order_id
    repository.complete(under_way.id, EVENT)
    assert person.forget(ada()) == []
    assert list(person.provide(ada())) == []
