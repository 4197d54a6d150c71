"""The operations of an erasure: a person is forgotten."""

from __future__ import annotations

from http import HTTPStatus

from api_description.operation import Answer, Body, Operation, Parameter
from api_description.operations.customers.data_request import NOT_WAITED_FOR, REQUESTED, SERVICE, DataRequest
from api_description.operations.customers.tags import PERSONAL_DATA
from api_description.problem_kinds import conflict, not_found
from contracts.model import Identifier
from contracts.personal_data import ErasureAnswer, KeptData


class Erasure(DataRequest):
    """An erasure of all that is kept of a person. It says nothing of whom.

    Attributes:
        kept: what services did not erase, and why.
    """

    kept: dict[str, list[KeptData]]


ERASURE_ID = (Parameter("id", Identifier, "The erasure.", example="7f556c1f-0d2f-4a2a-9a2e-6f0e5b0f7a9e"),)
KEPT: dict[str, object] = {
    "what": "invoices of confirmed orders",
    "ground": "legal-obligation",
    "reason": "invoices are kept for ten years",
    "until": "2036-12-31",
}
ERASURE: dict[str, object] = REQUESTED | {
    "id": "7f556c1f-0d2f-4a2a-9a2e-6f0e5b0f7a9e",
    "kept": {"customers": []},
}

OPERATIONS = [
    Operation(
        "POST /v1/customers/me/erasures",
        id="requestErasure",
        tag=PERSONAL_DATA,
        summary="Ask to be forgotten",
        idempotency_key="optional",
        answers=[Answer(HTTPStatus.ACCEPTED, "It was asked for.", Erasure, example=ERASURE, headers=("Location",))],
        problems=[
            conflict(
                "erasure-in-progress",
                "your erasure 7f556c1f-0d2f-4a2a-9a2e-6f0e5b0f7a9e is under way; it is due at 2026-11-24T16:05:12Z",
            )
        ],
    ),
    Operation(
        "GET /v1/personal-data/erasures/{id}",
        id="getErasure",
        tag=PERSONAL_DATA,
        summary="Ask how far an erasure is",
        description="Who was forgotten may have no account any more: its id is the way to it.",
        path=ERASURE_ID,
        answers=[
            Answer(
                HTTPStatus.OK,
                "How far it is.",
                Erasure,
                example=ERASURE | {"kept": {"customers": [], "orders": [KEPT]}},
            )
        ],
        problems=[not_found("there is no erasure '7f556c1f-0d2f-4a2a-9a2e-6f0e5b0f7a9e'")],
    ),
    Operation(
        "PUT /v1/personal-data/erasures/{id}/services/{service}",
        id="answerErasure",
        tag=PERSONAL_DATA,
        summary="Say that a service has forgotten a person, and what it kept",
        path=(*ERASURE_ID, SERVICE),
        body=Body(ErasureAnswer, example={"kept": [KEPT]}),
        answers=[Answer(HTTPStatus.NO_CONTENT, "It was taken.")],
        problems=[NOT_WAITED_FOR],
    ),
]
