from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from contracts.personal_data_events import PersonalDataRequest
from orders import persons
from orders.persons import OrderingPerson
from store.table import Table
from tests.services.orders.conftest import Call, Hear, order_body
from tests.services.orders.news import delivered, refunded

EVERYTHING = {"mug": 3, "pot": 1}


def ada(email: str | None = "ada@example.org") -> PersonalDataRequest:
    return PersonalDataRequest(request_id="r-1", customer_id="id-of-ada", email=email, due_at=datetime.now(UTC))


def make(call: Call, order_id: str, *, confirm: bool = True, **fields: object) -> None:
    assert call("PUT", f"/v1/orders/{order_id}", order_body(**fields)).status == 201
    if confirm:
        assert call("POST", f"/v1/orders/{order_id}/confirm").status == 200


def provided(table: Table, person: PersonalDataRequest) -> list[object]:
    return [record.data["id"] for record in OrderingPerson(table).provide(person)]


def stored(table: Table, order_id: str) -> str:
    return json.dumps(table.get(f"ORDER#{order_id}", "ORDER", consistent=True), default=str)


def test_a_person_gets_what_they_ordered_signed_in_or_as_a_guest(call: Call, table: Table, merchant: str) -> None:
    make(call, "signed-in", customer_id="id-of-ada", email="other@example.org")
    make(call, "guest", email="ADA@Example.org")
    make(call, "of-bob", customer_id="id-of-bob")
    make(call, "of-a-stranger", email="bob@example.org")
    assert provided(table, ada()) == ["signed-in", "guest"]
    assert provided(table, ada(None)) == ["signed-in"]
    (record,) = OrderingPerson(table).provide(ada(None))
    assert record.data == call("GET", "/v1/orders/signed-in", token=merchant).json


def test_all_pages_are_read(call: Call, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons, "_PAGE", 2)
    for number in range(5):
        make(call, f"o-{number}", customer_id="id-of-ada", confirm=False)
    assert provided(table, ada()) == [f"o-{number}" for number in reversed(range(5))]


def test_of_what_was_sold_the_invoice_is_kept_and_no_address_to_write_to(call: Call, table: Table, hear: Hear) -> None:
    make(call, "o-1", language="de")
    hear(delivered("s-1", EVERYTHING, complete=True))
    until = date(datetime.now(UTC).year + 11, 1, 1)
    for _ in range(2):
        (kept,) = OrderingPerson(table).forget(ada())
        assert (kept.what, kept.ground, kept.until) == ("invoices of orders", "legal-obligation", until)
    order = call("GET", "/v1/orders/o-1").json
    assert (order["email"], order["language"], order["status"]) == ("erased@erased.invalid", None, "delivered")
    assert "1 Main St" in call("GET", "/v1/orders/o-1/invoice").text
    assert "ada@" not in stored(table, "o-1").lower()
    expires_at = json.loads(stored(table, "o-1"))["expires_at"]
    assert datetime.fromtimestamp(int(expires_at), UTC).date() == until


def test_what_came_to_nothing_becomes_nobodys(call: Call, table: Table) -> None:
    make(call, "o-1", confirm=False, customer_id="id-of-ada")
    call("POST", "/v1/orders/o-1/reject", {"reason": "declined"})
    for _ in range(2):
        assert OrderingPerson(table).forget(ada()) == []
    assert provided(table, ada()) == []
    left = stored(table, "o-1").lower()
    assert not any(personal in left for personal in ("ada", "main st", "london"))


def test_what_is_under_way_reaches_its_buyer_and_is_erased_after(call: Call, table: Table, hear: Hear) -> None:
    make(call, "o-1")
    grounds = [kept.ground for kept in OrderingPerson(table).forget(ada())]
    assert grounds == ["legal-obligation", "contract"]
    assert call("GET", "/v1/orders/o-1").json["email"] == "Ada@example.org"
    hear(delivered("s-1", EVERYTHING, complete=True), refunded(100))
    assert [kept.ground for kept in OrderingPerson(table).forget(ada())] == ["legal-obligation"]
    assert call("GET", "/v1/orders/o-1").json["email"] == "erased@erased.invalid"
    assert call("GET", "/v1/orders/o-1").json["payment_status"] == "partially_refunded"


def test_what_checkout_works_on_is_kept(call: Call, table: Table) -> None:
    make(call, "o-1", confirm=False)
    assert [kept.ground for kept in OrderingPerson(table).forget(ada())] == ["contract"]
    assert "ada@" in stored(table, "o-1").lower()
