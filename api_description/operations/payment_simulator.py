"""The payment simulator's operations: those of a provider, as the payments service calls it."""

from __future__ import annotations

from http import HTTPStatus

from api_description.operation import Answer, Body, Operation, Parameter, Tag
from api_description.page import Page
from api_description.problem_kinds import UNAUTHORIZED, conflict, not_found
from contracts.model import Identifier
from contracts.payment_simulator import (
    AuthorizationDocument,
    AuthorizationRequest,
    ChallengeOutcome,
    SimulatorRefundRequest,
)
from payment_simulator.api import MAXIMUM_BODY_BYTES

SIMULATOR = Tag("Payment simulator", "A payment provider to try with, as one elsewhere would be. Its cards are tokens.")
KEY = "payment-simulator-key"


class AuthorizationPage(Page[AuthorizationDocument]):
    """The authorization of a reference, or none."""


def usd(amount: int) -> dict[str, object]:
    """Give an amount of an example."""
    return {"currency": "USD", "amount": amount}


ID = (Parameter("id", Identifier, "The authorization.", example="6f0e4a2a9a2e0d2f6c1f7f555b0f7a9e"),)
REFERENCE = Parameter(
    "reference", Identifier, "The merchant's own id of the payment.", example="checkout-7f3a", required=True
)
HELD: dict[str, object] = {
    "id": "6f0e4a2a9a2e0d2f6c1f7f555b0f7a9e",
    "reference": "checkout-7f3a",
    "status": "authorized",
    "amount": usd(3578),
    "refunds": [],
    "decline_code": None,
    "challenge_url": None,
    "sequence": 1,
    "created_at": "2026-11-23T16:05:13.104512+00:00",
}
NO_AUTHORIZATION = not_found("there is no authorization '6f0e4a2a9a2e0d2f6c1f7f555b0f7a9e'")
STATE = conflict("authorization-state", "the authorization is declined")

OPERATIONS = [
    Operation(
        "POST /v1/payment-simulator/authorizations",
        id="simulateAuthorization",
        tag=SIMULATOR,
        summary="Authorize an amount on a card",
        signed_by=KEY,
        body=Body(
            AuthorizationRequest,
            example={"reference": "checkout-7f3a", "amount": usd(3578), "token": "card_ok"},
            maximum_bytes=MAXIMUM_BODY_BYTES,
        ),
        idempotency_key="required",
        answers=[
            Answer(HTTPStatus.CREATED, "It is authorized, pending or declined.", AuthorizationDocument, example=HELD)
        ],
        problems=[UNAUTHORIZED, conflict("reference-used", "the reference checkout-7f3a was used before")],
    ),
    Operation(
        "GET /v1/payment-simulator/authorizations",
        id="findSimulatedAuthorization",
        tag=SIMULATOR,
        summary="Find the authorization of a reference",
        signed_by=KEY,
        query=(REFERENCE,),
        answers=[Answer(HTTPStatus.OK, "One or none.", AuthorizationPage, example={"items": [HELD], "next": None})],
        problems=[UNAUTHORIZED],
    ),
    Operation(
        "GET /v1/payment-simulator/authorizations/{id}",
        id="getSimulatedAuthorization",
        tag=SIMULATOR,
        summary="Read an authorization",
        signed_by=KEY,
        path=ID,
        answers=[Answer(HTTPStatus.OK, "The authorization.", AuthorizationDocument, example=HELD)],
        problems=[UNAUTHORIZED, NO_AUTHORIZATION],
    ),
    Operation(
        "POST /v1/payment-simulator/authorizations/{id}/capture",
        id="simulateCapture",
        tag=SIMULATOR,
        summary="Take what is held",
        signed_by=KEY,
        path=ID,
        idempotency_key="required",
        answers=[Answer(HTTPStatus.OK, "It was taken.", AuthorizationDocument, example=HELD | {"status": "captured"})],
        problems=[UNAUTHORIZED, NO_AUTHORIZATION, STATE],
    ),
    Operation(
        "POST /v1/payment-simulator/authorizations/{id}/void",
        id="simulateVoid",
        tag=SIMULATOR,
        summary="Let go of what is held",
        signed_by=KEY,
        path=ID,
        idempotency_key="required",
        answers=[Answer(HTTPStatus.OK, "Nothing is held.", AuthorizationDocument, example=HELD | {"status": "voided"})],
        problems=[UNAUTHORIZED, NO_AUTHORIZATION, STATE],
    ),
    Operation(
        "POST /v1/payment-simulator/authorizations/{id}/refunds",
        id="simulateRefund",
        tag=SIMULATOR,
        summary="Give some of what was taken back",
        signed_by=KEY,
        path=ID,
        body=Body(
            SimulatorRefundRequest,
            example={"reference": "return-9c3e", "amount": usd(1539)},
            maximum_bytes=MAXIMUM_BODY_BYTES,
        ),
        idempotency_key="required",
        answers=[
            Answer(
                HTTPStatus.CREATED,
                "It was given back.",
                AuthorizationDocument,
                example=HELD | {"status": "captured", "refunds": [{"reference": "return-9c3e", "amount": usd(1539)}]},
            )
        ],
        problems=[
            UNAUTHORIZED,
            NO_AUTHORIZATION,
            STATE,
            conflict("refund-too-large", "2039 is left of the captured amount"),
            conflict("reference-used", "the reference return-9c3e was used before"),
        ],
    ),
    Operation(
        "POST /v1/payment-simulator/challenges/{id}",
        id="answerChallenge",
        tag=SIMULATOR,
        summary="Play the payer who shows who they are, or cannot",
        path=ID,
        body=Body(ChallengeOutcome, example={"outcome": "passed"}, maximum_bytes=MAXIMUM_BODY_BYTES),
        answers=[Answer(HTTPStatus.OK, "It was played.", ChallengeOutcome, example={"outcome": "passed"})],
        problems=[NO_AUTHORIZATION, STATE],
    ),
]
