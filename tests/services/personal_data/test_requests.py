from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from contracts.envelope import DomainEvent
from contracts.model import Contract
from contracts.personal_data import ErasureAnswer, KeptData, PersonalDataPage, PersonalRecord
from contracts.personal_data_events import CustomerErasureRequested, PersonalDataRequest, PersonalDataRequested
from edge.event_application import EventApplication
from personal_data.requests import answer_requests
from store.table import Table

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

PERSON = PersonalDataRequest(request_id="r-1", customer_id="ada", email=None, due_at=datetime(2026, 12, 1, tzinfo=UTC))
INVOICES = KeptData(what="invoices", ground="legal-obligation", reason="tax law", until=None)


class Ada:
    """A person of whom the service knows so many notes, and keeps an invoice."""

    def __init__(self) -> None:
        self.notes = 2

    def provide(self, person: PersonalDataRequest) -> Iterable[PersonalRecord]:
        return [PersonalRecord(kind="note", data={"of": person.customer_id, "text": "x" * 200_000})] * self.notes

    def forget(self, _person: PersonalDataRequest) -> Sequence[KeptData]:
        self.notes = 0
        return [INVOICES]


class Received:
    def __init__(self) -> None:
        self.pages: dict[tuple[str, int], PersonalDataPage] = {}
        self.erasures: dict[str, ErasureAnswer] = {}
        self.is_down = False

    def provide(self, request_id: str, number: int, page: PersonalDataPage, *, correlation_id: str) -> None:
        assert correlation_id == "c-1"
        self.pages[request_id, number] = page

    def erased(self, request_id: str, answer: ErasureAnswer, *, correlation_id: str) -> None:
        if self.is_down:
            raise ConnectionError
        assert correlation_id == "c-1"
        self.erasures[request_id] = answer


@pytest.fixture
def received() -> Received:
    return Received()


@pytest.fixture
def ada() -> Ada:
    return Ada()


@pytest.fixture
def application(received: Received, ada: Ada, table: Table) -> EventApplication:
    application = EventApplication()
    answer_requests(application, lambda: table, lambda _table: ada, answers=received)
    return application


def take(application: EventApplication, event: DomainEvent[Contract]) -> int:
    body = json.dumps(
        {"source": event.source, "detail-type": event.detail_type, "detail": event.model_dump(mode="json")}
    )
    context = cast("LambdaContext", SimpleNamespace(aws_request_id="invocation-1"))
    return len(application({"Records": [{"messageId": "m", "body": body}]}, context)["batchItemFailures"])


def test_what_a_service_has_is_sent_page_by_page_and_the_same_when_asked_again(
    application: EventApplication, received: Received
) -> None:
    for _ in range(2):
        assert take(application, PersonalDataRequested.of(PERSON, correlation_id="c-1")) == 0
        assert [(key, page.last) for key, page in received.pages.items()] == [(("r-1", 1), False), (("r-1", 2), True)]


def test_what_is_kept_is_said_after_the_rest_is_forgotten(application: EventApplication, received: Received) -> None:
    assert take(application, CustomerErasureRequested.of(PERSON, correlation_id="c-1")) == 0
    assert received.erasures == {"r-1": ErasureAnswer(kept=(INVOICES,))}


def test_an_answer_that_cannot_be_given_lets_the_event_come_again(
    application: EventApplication, received: Received
) -> None:
    event = CustomerErasureRequested.of(PERSON, correlation_id="c-1")
    received.is_down = True
    assert take(application, event) == 1
    received.is_down = False
    assert take(application, event) == 0
    assert received.erasures == {"r-1": ErasureAnswer(kept=(INVOICES,))}


def test_who_comes_back_is_not_forgotten_again_when_the_archive_is_replayed(
    application: EventApplication, received: Received, ada: Ada
) -> None:
    event = CustomerErasureRequested.of(PERSON, correlation_id="c-1")
    assert take(application, event) == 0
    ada.notes = 1
    received.erasures.clear()
    assert take(application, event) == 0
    assert (ada.notes, received.erasures) == (1, {})


def test_what_was_given_before_is_not_replaced_when_the_archive_is_replayed(
    application: EventApplication, received: Received, ada: Ada
) -> None:
    event = PersonalDataRequested.of(PERSON, correlation_id="c-1")
    assert take(application, event) == 0
    ada.notes = 1
    assert take(application, event) == 0
    assert received.pages["r-1", 1].last is False


def test_of_two_that_answer_at_once_neither_fails(application: EventApplication, received: Received) -> None:
    event = CustomerErasureRequested.of(PERSON, correlation_id="c-1")
    with ThreadPoolExecutor(8) as at_once:
        assert sum(at_once.map(lambda _: take(application, event), range(8))) == 0
    assert received.erasures == {"r-1": ErasureAnswer(kept=(INVOICES,))}
