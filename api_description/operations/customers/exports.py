"""The operations of an export: all that is kept of a person."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import AwareDatetime, Field, JsonValue

from api_description.operation import Answer, Body, Operation, Parameter
from api_description.operations.customers.data_request import NOT_WAITED_FOR, REQUESTED, SERVICE, DataRequest
from api_description.operations.customers.tags import PERSONAL_DATA
from api_description.parameters import CURSOR
from api_description.problem_kinds import conflict, not_found
from contracts.model import Contract, Identifier
from contracts.personal_data import MAXIMUM_PAGE_BYTES, MAXIMUM_PAGES, Kind, PersonalDataPage


class Export(DataRequest):
    """An export of all that is kept of the customer.

    Attributes:
        expires_at: until when it can be read.
        records: where, once it is complete.
    """

    expires_at: AwareDatetime
    records: str | None


class ServiceRecord(Contract):
    """One thing that a service keeps of the customer.

    Attributes:
        service: who keeps it.
        kind: what it is.
        data: all of it.
    """

    service: str
    kind: Kind
    data: dict[str, JsonValue]


class ServiceRecordPage(Contract):
    """A page as a service sent it.

    Attributes:
        items: what is kept.
        next: where the next page begins, to be sent as ``cursor``; null on the last page.
    """

    items: list[ServiceRecord]
    next: str | None


EXPORT_ID = (Parameter("id", Identifier, "The export.", example="0d2f6c1f-7f55-4a2a-9a2e-5b0f7a9e6f0e"),)
NUMBER = Parameter("page", Annotated[int, Field(ge=1, le=MAXIMUM_PAGES)], "Which page, from 1.", example=1)
EXPORT: dict[str, object] = REQUESTED | {
    "id": "0d2f6c1f-7f55-4a2a-9a2e-5b0f7a9e6f0e",
    "expires_at": "2026-11-30T16:05:12Z",
    "records": None,
}
RECORD: dict[str, object] = {"kind": "profile", "data": {"name": "Ada Lovelace"}}
NO_EXPORT = not_found("you have no export '0d2f6c1f-7f55-4a2a-9a2e-5b0f7a9e6f0e'; one is kept for 7 days")

OPERATIONS = [
    Operation(
        "POST /v1/customers/me/exports",
        id="requestExport",
        tag=PERSONAL_DATA,
        summary="Ask for all that is kept of you",
        idempotency_key="optional",
        answers=[Answer(HTTPStatus.ACCEPTED, "It was asked for.", Export, example=EXPORT, headers=("Location",))],
        problems=[
            conflict(
                "export-in-progress",
                "your export 0d2f6c1f-7f55-4a2a-9a2e-5b0f7a9e6f0e is under way; it is due at 2026-11-24T16:05:12Z",
            )
        ],
    ),
    Operation(
        "GET /v1/customers/me/exports/{id}",
        id="getExport",
        tag=PERSONAL_DATA,
        summary="Ask how far an export is",
        path=EXPORT_ID,
        answers=[Answer(HTTPStatus.OK, "How far it is.", Export, example=EXPORT)],
        problems=[NO_EXPORT],
    ),
    Operation(
        "GET /v1/customers/me/exports/{id}/records",
        id="listExportedRecords",
        tag=PERSONAL_DATA,
        summary="Read an export",
        path=EXPORT_ID,
        query=(CURSOR,),
        answers=[
            Answer(
                HTTPStatus.OK,
                "A page.",
                ServiceRecordPage,
                example={"items": [{"service": "customers", **RECORD}], "next": None},
            )
        ],
        problems=[NO_EXPORT, conflict("export-in-progress", "not all services have answered yet")],
    ),
    Operation(
        "PUT /v1/personal-data/exports/{id}/services/{service}/pages/{page}",
        id="answerExport",
        tag=PERSONAL_DATA,
        summary="Give a page of what a service has of a person",
        description="The same page again replaces the one before.",
        path=(*EXPORT_ID, SERVICE, NUMBER),
        body=Body(PersonalDataPage, example={"records": [RECORD], "last": True}, maximum_bytes=MAXIMUM_PAGE_BYTES),
        answers=[Answer(HTTPStatus.NO_CONTENT, "It was taken.")],
        problems=[NOT_WAITED_FOR],
    ),
]
