"""The two questions that every service with personal data answers, each once.

An event that comes again after its answer, be it from an archive, asks nothing: who was forgotten may have come back,
and what they have done since is not to be forgotten with the rest, nor to get into what was given to them before.

    class OrderingPerson:
        def provide(self, person: PersonalDataRequest) -> Iterable[PersonalRecord]: ...
        def forget(self, person: PersonalDataRequest) -> Sequence[KeptData]: ...

    handler = EventApplication()
    answer_requests(handler, orders_table, OrderingPerson, answers=CalledAnswers("orders"))

and in the stack ``subscribes=[PersonalDataRequested, CustomerErasureRequested]`` with ``calls=`` of ``CALLS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Protocol, TypeAlias

from contracts.envelope import DomainEvent
from contracts.personal_data import ErasureAnswer, KeptData, PersonalRecord
from contracts.personal_data_events import CustomerErasureRequested, PersonalDataRequest, PersonalDataRequested
from edge.event_application import EventApplication, Taken
from inbox.record import inbox_record, was_taken
from personal_data.answers import Answers
from personal_data.pages import pages_of
from store.errors import ConditionFailedError
from store.table import Table

Told: TypeAlias = dict[str, object]
"""What the log says of an answer."""


class PersonalDataKeeper(Protocol):
    """A service's knowledge of persons. Both may be asked again, after a death before the answer."""

    def provide(self, person: PersonalDataRequest) -> Iterable[PersonalRecord]:
        """Give everything that the service keeps of a person, by id or by the proven e-mail address."""

    def forget(self, person: PersonalDataRequest) -> Sequence[KeptData]:
        """Erase a person, or make what is left nobody's; give what is kept and why, the same when asked again."""


def answer_requests(
    application: EventApplication,
    table: Callable[[], Table],
    keeper: Callable[[Table], PersonalDataKeeper],
    *,
    answers: Answers,
) -> None:
    """Let an application of events answer both questions.

    An answer that cannot be given raises: the event comes again, and at last lies among the dead letters, with their
    alarm.

    Args:
        application: of the service's events.
        table: gives the service's; it remembers which events were answered.
        keeper: gives who knows what is in the table; called for each event.
        answers: where they go.
    """

    def answer_once(event: DomainEvent[PersonalDataRequest], answer: Callable[[PersonalDataKeeper], Told]) -> Taken:
        asked: Told = {"personal_data_request": event.data.request_id}
        if was_taken(table(), event.metadata):
            return asked | {"answered": "before"}
        told = answer(keeper(table()))
        with suppress(ConditionFailedError):  # somebody answered at the same time
            table().write(inbox_record(event.metadata))
        return asked | told

    @application.on(PersonalDataRequested)
    def provide(event: PersonalDataRequested) -> Taken:
        def send(known: PersonalDataKeeper) -> Told:
            pages = 0
            for pages, page in enumerate(pages_of(known.provide(event.data)), start=1):  # it is logged
                answers.provide(event.data.request_id, pages, page, correlation_id=event.metadata.correlation_id)
            return {"pages": pages}

        return answer_once(event, send)

    @application.on(CustomerErasureRequested)
    def forget(event: CustomerErasureRequested) -> Taken:
        def send(known: PersonalDataKeeper) -> Told:
            answer = ErasureAnswer(kept=tuple(known.forget(event.data)))
            answers.erased(event.data.request_id, answer, correlation_id=event.metadata.correlation_id)
            return {"kept": len(answer.kept)}

        return answer_once(event, send)
