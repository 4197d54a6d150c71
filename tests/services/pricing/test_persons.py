from __future__ import annotations

from datetime import UTC, datetime

from contracts.personal_data_events import PersonalDataRequest
from pricing.customer_uses import customer_keys, use_keys
from pricing.persons import SavingPerson
from store.table import Table
from tests.services.http_client import Client
from tests.services.pricing.calls import TENTH, put_promotion, redeem, release, uses


def ada(email: str | None = "ada@example.com") -> PersonalDataRequest:
    return PersonalDataRequest(request_id="r-1", customer_id="ada", email=email, due_at=datetime.now(UTC))


def used(person: SavingPerson, who: PersonalDataRequest) -> set[str]:
    records = list(person.provide(who))
    assert {(record.kind, record.data["code"]) for record in records} <= {("promotion_use", "TENTH")}
    return {str(record.data["id"]) for record in records}


def shop(merchant: Client) -> None:
    put_promotion(merchant, "TENTH", {**TENTH, "limit": 10, "limit_per_customer": 2})
    for redemption_id, body in {
        "signed-in": {"customer_id": "ada", "email": "other@example.com"},
        "guest": {"email": "ADA@example.com"},
        "bob": {"customer_id": "bob", "email": "ada@example.com"},
        "stranger": {"email": "eve@example.com"},
    }.items():
        assert redeem(merchant, "TENTH", redemption_id, body).status == 201


def test_a_person_gets_what_they_used_signed_in_or_as_a_guest(merchant: Client, table: Table) -> None:
    shop(merchant)
    person = SavingPerson(table)
    assert used(person, ada()) == {"signed-in", "guest"}
    assert used(person, ada(None)) == {"signed-in"}


def test_who_is_forgotten_is_in_no_item_and_what_was_used_stays_used(merchant: Client, table: Table) -> None:
    shop(merchant)
    person = SavingPerson(table)
    for _ in range(2):
        assert person.forget(ada()) == ()
        assert used(person, ada()) == set()
    assert uses(merchant, "TENTH") == 4
    for redemption_id in ("signed-in", "guest"):
        item = table.get(f"REDEMPTION#TENTH#{redemption_id}", "REDEMPTION", consistent=True)
        assert item is not None
        assert {"customer_key", "email_key"}.isdisjoint(item)
        assert redeem(merchant, "TENTH", redemption_id).status == 200
    keys = use_keys("TENTH", [*customer_keys(customer_id="ada", email=None).values()])
    assert table.get_many(keys, consistent=True) == []


def test_a_use_of_who_was_forgotten_can_be_given_back(merchant: Client, table: Table) -> None:
    shop(merchant)
    SavingPerson(table).forget(ada())
    for redemption_id in ("signed-in", "guest", "bob"):
        assert release(merchant, "TENTH", redemption_id).status == 204
    assert uses(merchant, "TENTH") == 1
