"""The two questions that every service with personal data answers.

    class OrderingPerson:
        def provide(self, person: PersonalDataRequest) -> Iterable[PersonalRecord]: ...
        def forget(self, person: PersonalDataRequest) -> Sequence[KeptData]: ...

    handler = EventApplication()
    answer_requests(handler, lambda: OrderingPerson(orders_table()), answers=CalledAnswers("orders"))

and in the stack ``subscribes=[PersonalDataRequested, CustomerErasureRequested]`` with ``calls=`` of ``CALLS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from contracts.personal_data import ErasureAnswer, KeptData, PersonalRecord
from contracts.personal_data_events import CustomerErasureRequested, PersonalDataRequest, PersonalDataRequested
from edge.event_application import EventApplication, Taken
from personal_data.answers import Answers
from personal_data.pages import pages_of


class PersonalDataKeeper(Protocol):
    """A service's knowledge of persons. Both may be asked again, as events come twice."""

    def provide(self, person: PersonalDataRequest) -> Iterable[PersonalRecord]:
        """Give everything that the service keeps of a person, by id or by the proven e-mail address."""

    def forget(self, person: PersonalDataRequest) -> Sequence[KeptData]:
        """Erase a person, or make what is left nobody's; give what is kept and why, the same when asked again."""


def answer_requests(
    application: EventApplication, keeper: Callable[[], PersonalDataKeeper], *, answers: Answers
) -> None:
    """Let an application of events answer both questions.

    An answer that cannot be given raises: the event comes again, and at last lies among the dead letters, with their
    alarm.

    Args:
        application: of the service's events.
        keeper: gives who knows; called for each event.
        answers: where they go.
    """

    @application.on(PersonalDataRequested)
    def provide(event: PersonalDataRequested) -> Taken:
        person, correlation_id = event.data, event.metadata.correlation_id
        pages = 0
        for pages, page in enumerate(pages_of(keeper().provide(person)), start=1):  # it is logged
            answers.provide(person.request_id, pages, page, correlation_id=correlation_id)
        return {"personal_data_request": person.request_id, "pages": pages}

    @application.on(CustomerErasureRequested)
    def forget(event: CustomerErasureRequested) -> Taken:
        person = event.data
        kept = tuple(keeper().forget(person))
        answers.erased(person.request_id, ErasureAnswer(kept=kept), correlation_id=event.metadata.correlation_id)
        return {"personal_data_request": person.request_id, "kept": len(kept)}
