"""Asks every service with personal data something about a customer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import cast
from uuid import uuid4

from aws_lambda_powertools.event_handler import Response

from contracts.envelope import DomainEvent
from contracts.personal_data_events import PersonalDataRequest
from customers.application import customer_of, customers_table
from customers.data_request import DataRequest
from customers.data_request_repository import DataRequestRepository, Kind, new_request
from customers.documents import Change, CustomerDocuments, Document
from customers.personal_data_services import SERVICES
from customers.user_pool import proven_email
from edge import problem
from edge.idempotency import earlier_answer, idempotency_key, kept_answer
from edge.request import Request
from edge.response import json_response
from outbox.record import current_trace_header, outbox_record


def request_of_all(
    request: Request,
    kind: Kind,
    event: type[DomainEvent[PersonalDataRequest]],
    *,
    shown: Callable[[DataRequest], Mapping[str, object]],
    location: str,
) -> Response[str]:
    """Ask every service; answer 202 with where the answers show.

    The customer's own list of requests, the request, the event and the answer are one transaction. One request of a
    kind may be under way: another one meanwhile is 409.

    Args:
        request: of a customer; its body is not read.
        kind: what is asked for.
        event: that asks it.
        shown: gives a request as clients see it.
        location: where a request is, up to its id.

    Raises:
        Problem: 409 while one of the kind is under way; those of ``proven_email``.
    """
    customer = customer_of(request)
    key = idempotency_key(request, owner=customer)
    table = customers_table()
    if (earlier := earlier_answer(table, key)) is not None:
        return earlier
    email = proven_email(request.headers)
    answer: Response[str] | None = None

    def change(current: Document) -> Change:
        nonlocal answer
        if (answer := earlier_answer(table, key)) is not None:
            return Change(content=current.content)
        now = datetime.now(UTC)
        requests = cast(Mapping[str, Sequence[str]], current.content)
        _refuse_another(DataRequestRepository(table), kind, requests.get(kind, ()), now=now)
        new = DataRequest(id=str(uuid4()), requested_at=now, services=SERVICES, answered={})
        asked = PersonalDataRequest(request_id=new.id, customer_id=customer, email=email, due_at=new.due_at)
        said = event.of(
            asked,
            correlation_id=request.correlation_id,
            trace_header=current_trace_header(),
            occurred_at=now,
        )
        answer = json_response(shown(new), status=HTTPStatus.ACCEPTED, headers={"Location": f"{location}/{new.id}"})
        return Change(
            content={**requests, kind: [*requests.get(kind, ())[-9:], new.id]},
            also=[
                new_request(kind, new, customer_id=customer if kind == "EXPORT" else None),
                outbox_record(said),
                *kept_answer(key, answer),
            ],
        )

    CustomerDocuments(table).change(customer, "REQUESTS", change)
    assert answer is not None  # noqa: S101  # change has been called
    return answer


def _refuse_another(repository: DataRequestRepository, kind: Kind, ids: Sequence[str], *, now: datetime) -> None:
    newest = repository.find(kind, ids[-1]) if ids else None
    if newest is not None and newest.state(now=now) == "processing":
        what = kind.lower()
        detail = f"your {what} {newest.id} is under way; it is due at {newest.due_at.isoformat()}"
        raise problem.conflict(detail, kind=f"{what}-in-progress")
