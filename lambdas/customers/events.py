"""The customers service hears its own questions, as every service does, and the clock."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from functools import cache

from contracts.personal_data import ErasureAnswer, PersonalDataPage
from contracts.schedule_events import PersonalDataCheckDue
from customers.data_request_repository import DataRequestRepository
from customers.person import KnownPerson
from customers.received_answers import ReceivedAnswers, UnknownRequestError
from edge.event_application import EventApplication, Taken
from personal_data.requests import answer_requests
from store.table import Table

handler = EventApplication()

OVERDUE = "personal data overdue"
"""The message of the line that an alarm sounds at."""

MAXIMUM_OVERDUE = 100


@cache
def customers_table() -> Table:
    """Give the service's table, opened once a process."""
    return Table()


class OwnAnswers:
    """Takes this service's own answers without a detour over HTTP.

    Those that nobody waits for go nowhere, as other services' do: a customer may be forgotten before it is heard.
    """

    def provide(self, request_id: str, number: int, page: PersonalDataPage, *, correlation_id: str) -> None:
        """Take a page."""
        with suppress(UnknownRequestError):
            _own().provide(request_id, number, page, correlation_id=correlation_id)

    def erased(self, request_id: str, answer: ErasureAnswer, *, correlation_id: str) -> None:
        """Take what was kept."""
        with suppress(UnknownRequestError):
            _own().erased(request_id, answer, correlation_id=correlation_id)


def _own() -> ReceivedAnswers:
    return ReceivedAnswers(customers_table(), "customers")


answer_requests(handler, customers_table, KnownPerson, answers=OwnAnswers())


@handler.on(PersonalDataCheckDue)
def look_for_overdue(_event: PersonalDataCheckDue) -> Taken:
    """Say aloud which services should have answered, once an hour for as long as they have not."""
    now = datetime.now(UTC)
    overdue = DataRequestRepository(customers_table()).overdue(now=now, limit=MAXIMUM_OVERDUE)
    for kind, request in overdue:
        handler.logger.error(
            OVERDUE,
            personal_data_request=request.id,
            kind=kind.lower(),
            late_services=request.late_services(now=now),
        )
    return {"overdue": len(overdue)}
