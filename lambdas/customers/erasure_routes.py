"""Erasures of personal data, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime

from aws_lambda_powertools.event_handler import Response

from contracts.personal_data_events import CustomerErasureRequested
from customers.application import application, customers_table
from customers.data_request import DataRequest
from customers.data_request_repository import DataRequestRepository
from customers.requesting import request_of_all
from edge import problem
from edge.request import Request
from edge.response import json_response

_LOCATION = "/v1/personal-data/erasures"


@application.post("/v1/customers/me/erasures")
def request_erasure(request: Request) -> Response[str]:
    """Ask all services to forget the customer: 202 with the Location of the erasure."""
    return request_of_all(request, "ERASURE", CustomerErasureRequested, shown=_shown, location=_LOCATION)


@application.get("/v1/personal-data/erasures/<erasure_id>")
def read_erasure(_request: Request, erasure_id: str) -> Response[str]:
    """Answer with how far an erasure is, and what was kept. It says nothing of whom: its id is the way to it."""
    found = DataRequestRepository(customers_table()).find("ERASURE", erasure_id)
    if found is None:
        raise problem.not_found(f"there is no erasure {erasure_id[:64]!r}")
    return json_response(_shown(found))


def _shown(erasure: DataRequest) -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "id": erasure.id,
        "state": erasure.state(now=now),
        "requested_at": _text(erasure.requested_at),
        "due_at": _text(erasure.due_at),
        "services": erasure.service_states(now=now),
        "kept": dict(erasure.answered),
    }


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
