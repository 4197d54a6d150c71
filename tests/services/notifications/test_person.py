from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contracts.personal_data_events import PersonalDataRequest
from notifications.person import NotifiedPerson
from store.table import Table
from tests.services.notifications.conftest import Mailbox, confirmed, dispatched, hear

pytestmark = pytest.mark.usefixtures("service")


def person(customer_id: str = "ada", email: str | None = None) -> PersonalDataRequest:
    return PersonalDataRequest(
        request_id="r-1", customer_id=customer_id, email=email, due_at=datetime(2026, 12, 1, tzinfo=UTC)
    )


def known(table: Table, asked: PersonalDataRequest) -> list[object]:
    return [record.data["order_id"] for record in NotifiedPerson(table).provide(asked)]


def test_a_person_is_known_by_id_and_by_a_proven_address_as_a_guest_only(table: Table) -> None:
    hear(
        confirmed("o-1", customer_id="ada", email="shared@example.com"),
        confirmed("o-2", email="Shared@example.com"),
        confirmed("o-3", customer_id="bob", email="shared@example.com"),
    )
    assert known(table, person()) == ["o-1"]
    assert known(table, person(email="shared@example.com")) == ["o-1", "o-2"]
    assert known(table, person("carol")) == []


def test_many_orders_are_all_found(table: Table) -> None:
    from notifications.recipient import recipient_of
    from notifications.recipient_repository import RecipientRepository

    for number in range(105):
        recipient = recipient_of(confirmed(f"o-{number}", customer_id="ada").data)
        RecipientRepository(table).remember(recipient)
    assert len(known(table, person())) == 105


def test_who_was_forgotten_is_told_nothing_more_and_no_replay_brings_them_back(table: Table, mailbox: Mailbox) -> None:
    event = confirmed("o-1", customer_id="ada", email="forgotten@example.com")
    hear(event)
    for _ in range(2):
        assert NotifiedPerson(table).forget(person()) == []
    assert hear(event, dispatched("o-1")) == []
    assert known(table, person()) == []
    assert len(mailbox.of("forgotten@example.com")) == 1
    assert table.query("pk = :pk", values={":pk": "ORDER#o-1"}, limit=10)[0].keys() == {"pk", "sk", "expires_at"}
    assert len(table.query("pk = :pk", values={":pk": "ORDER#o-1"}, limit=10)) == 1
