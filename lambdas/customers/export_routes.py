"""Exports of personal data, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from aws_lambda_powertools.event_handler import Response

from contracts.personal_data_events import PersonalDataRequested
from customers.application import application, customer_of, customers_table
from customers.data_request import EXPORT_KEPT, DataRequest
from customers.data_request_repository import DataRequestRepository
from customers.export_pages import ExportPages
from customers.requesting import request_of_all
from edge import problem
from edge.cursor import encode_cursor, requested_position
from edge.request import Request
from edge.response import json_response

_LOCATION = "/v1/customers/me/exports"


@application.post("/v1/customers/me/exports")
def request_export(request: Request) -> Response[str]:
    """Ask all services what they have of the customer: 202 with the Location of the export."""
    return request_of_all(request, "EXPORT", PersonalDataRequested, shown=_shown, location=_LOCATION)


@application.get("/v1/customers/me/exports/<export_id>")
def read_export(request: Request, export_id: str) -> Response[str]:
    """Answer with how far an export is."""
    return json_response(_shown(_require(request, export_id)))


@application.get("/v1/customers/me/exports/<export_id>/records")
def read_records(request: Request, export_id: str) -> Response[str]:
    """Answer with a page of what services have: what one of them sent as one, so it takes no limit."""
    export = _require(request, export_id)
    if not export.is_complete:
        raise problem.conflict("not all services have answered yet", kind="export-in-progress")
    places = [
        (service, number) for service in export.services for number in range(1, cast(int, export.answered[service]) + 1)
    ]
    query = f"export={export.id}"
    (place,) = cast("tuple[int]", requested_position(request, query=query, kinds=[int]) or (0,))
    if place >= len(places):
        return json_response({"items": [], "next": None})
    service, number = places[place]
    records = cast("list[Mapping[str, object]]", ExportPages(customers_table(), export.id).read(service, number))
    following = encode_cursor([place + 1], query=query) if place + 1 < len(places) else None
    return json_response({"items": [{"service": service, **record} for record in records], "next": following})


def _require(request: Request, id: str) -> DataRequest:
    found = DataRequestRepository(customers_table()).find("EXPORT", id, customer_id=customer_of(request))
    if found is None:
        raise problem.not_found(f"you have no export {id[:64]!r}; one is kept for {EXPORT_KEPT.days} days")
    return found


def _shown(export: DataRequest) -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "id": export.id,
        "state": export.state(now=now),
        "requested_at": _text(export.requested_at),
        "due_at": _text(export.due_at),
        "expires_at": _text(export.requested_at + EXPORT_KEPT),
        "services": export.service_states(now=now),
        "records": f"{_LOCATION}/{export.id}/records" if export.is_complete else None,
    }


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
