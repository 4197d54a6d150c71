"""The checkout's operations."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api_description.examples import POSTAL_ADDRESS
from api_description.operation import Answer, Body, Operation, Parameter, Tag
from api_description.page import Page
from api_description.parameters import PAGE
from api_description.problem_kinds import conflict, not_found
from api_description.problem_model import Problem
from checkout.checkout_input import CheckoutInput, ReviewInput
from contracts.model import Contract, Identifier
from contracts.money import Money

CHECKOUTS = Tag("Checkouts", "Making an order of a cart, or leaving nothing behind.")


class Checkout(Contract):
    """How a checkout fares.

    Attributes:
        id: that nobody can guess.
        status: ``processing`` until it has ended.
        cart_id: what is bought.
        created_at: when it began.
        total: what is to be paid, as soon as it is known.
        order_id: what it became, when it is completed.
        problem: why it failed, when it did.
        poll_after_seconds: when to ask again, while it is processing.
        waiting_for: what it cannot go on without, if anything.
        challenge_url: where the payer shows who they are, if they have to.
    """

    id: Identifier
    status: Literal["processing", "completed", "failed"]
    cart_id: Identifier
    created_at: AwareDatetime
    total: Money | None = None
    order_id: Identifier | None = None
    problem: Problem | None = None
    poll_after_seconds: Annotated[int, Field(ge=1)] | None = None
    waiting_for: Literal["payment", "review"] | None = None
    challenge_url: str | None = None


class CheckoutPage(Page[Checkout]):
    """Checkouts that wait for a review, the oldest first."""


ID = (
    Parameter(
        "id",
        Annotated[str, Field(pattern="^[0-9a-f]{32}$")],
        "The checkout.",
        example="0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55",
    ),
)
BEGUN: dict[str, object] = {
    "id": "0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55",
    "status": "processing",
    "cart_id": "f3a91c5e7b2f4e60",
    "created_at": "2026-11-23T16:05:12Z",
    "poll_after_seconds": 1,
}
COMPLETED: dict[str, object] = {
    "id": "0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55",
    "status": "completed",
    "cart_id": "f3a91c5e7b2f4e60",
    "created_at": "2026-11-23T16:05:12Z",
    "total": {"currency": "USD", "amount": 3578},
    "order_id": "9c3e1d5a7b2f4e609c3e1d5a7b2f4e60",
}
WAITING: dict[str, object] = BEGUN | {
    "total": {"currency": "USD", "amount": 612_000},
    "poll_after_seconds": 60,
    "waiting_for": "review",
}
ASKED: dict[str, object] = {
    "cart_id": "f3a91c5e7b2f4e60",
    "email": "ada@example.com",
    "shipping_address": POSTAL_ADDRESS,
    "shipping_option": "standard",
    "payment_method": {"token": "card_ok"},
    "language": "en",
    "expected_total": {"currency": "USD", "amount": 3578},
}
NO_CHECKOUT = not_found("there is no checkout '0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55'")

OPERATIONS = [
    Operation(
        "POST /v1/checkouts",
        id="beginCheckout",
        tag=CHECKOUTS,
        summary="Begin a checkout",
        description="Answers at once; ask `Location` after `Retry-After` seconds how it fares. No price in it decides "
        "anything: with an `expected_total` a checkout whose price is another one fails rather than charge it.",
        body=Body(CheckoutInput, example=ASKED),
        idempotency_key="optional",
        answers=[
            Answer(HTTPStatus.ACCEPTED, "It has begun.", Checkout, example=BEGUN, headers=("Location", "Retry-After"))
        ],
    ),
    Operation(
        "GET /v1/checkouts",
        id="listCheckoutsInReview",
        tag=CHECKOUTS,
        summary="List checkouts that wait for a review",
        query=PAGE,
        answers=[Answer(HTTPStatus.OK, "A page.", CheckoutPage, example={"items": [WAITING], "next": None})],
    ),
    Operation(
        "GET /v1/checkouts/{id}",
        id="getCheckout",
        tag=CHECKOUTS,
        summary="Ask how a checkout fares",
        description="Who knows the id of a guest's checkout may ask; a customer's is the customer's own.",
        path=ID,
        answers=[
            Answer(HTTPStatus.OK, "How it fares.", Checkout, example=COMPLETED, headers=("Retry-After",)),
        ],
        problems=[NO_CHECKOUT],
    ),
    Operation(
        "POST /v1/checkouts/{id}/review",
        id="reviewCheckout",
        tag=CHECKOUTS,
        summary="Let a checkout go on that waits for a review, or fail",
        path=ID,
        body=Body(ReviewInput, example={"decision": "approve"}),
        answers=[
            Answer(
                HTTPStatus.ACCEPTED,
                "It goes on, or fails.",
                Checkout,
                example=WAITING,
                headers=("Location", "Retry-After"),
            )
        ],
        problems=[NO_CHECKOUT, conflict("checkout-state", "the checkout does not wait for a review")],
    ),
]
