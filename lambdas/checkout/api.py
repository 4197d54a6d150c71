"""The checkout's HTTP API."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from checkout import executions
from checkout.checkout import Checkout
from checkout.checkout_input import CheckoutInput, ReviewInput
from checkout.refusal import RefusedError
from checkout.repository import CheckoutRepository, is_checkout_id
from edge import problem
from edge.application import HttpApplication
from edge.cursor import encode_cursor, requested_position
from edge.idempotency import earlier_answer, idempotency_key, kept_answer
from edge.request import Request
from edge.response import json_response
from edge.validation import validate
from store.contention import until_written
from store.table import Table

MERCHANT = "checkout/write"
REVIEWS = "checkouts?waiting_for=review"

handler = HttpApplication()


@cache
def checkout_table() -> Table:
    """Give the checkout's table, opened once a process."""
    return Table()


@handler.post("/v1/checkouts")
def begin_checkout(request: Request) -> Response[str]:
    """Begin a checkout: 202 at once, with where to ask how it fares and when."""
    given = validate(CheckoutInput, request.json())
    customer_id = request.principal.subject if request.principal.is_customer else None
    key = idempotency_key(request, owner=customer_id or "")
    table, repository = checkout_table(), _repository()
    checkout = Checkout(
        id=key.id[:32] if key else secrets.token_hex(16),
        request=given.model_dump_json(exclude_none=True),
        customer_id=customer_id,
        correlation_id=request.correlation_id,
        created_at=datetime.now(UTC),
    )

    def write(_attempt: int) -> Response[str]:
        if (earlier := earlier_answer(table, key)) is not None:
            return earlier
        answer = _answer(checkout, status=HTTPStatus.ACCEPTED)
        repository.begin(checkout, kept_answer(key, answer))
        return answer

    answer = until_written(write, what=f"checkout {checkout.id}")
    # Whoever sends the request again, or asks how it fares, starts what a crash between these two lines left.
    _start(checkout.id)
    return answer


@handler.get("/v1/checkouts/<checkout_id>")
def read_checkout(request: Request, checkout_id: str) -> Response[str]:
    """Answer with how a checkout fares, and when to ask again."""
    checkout = _find(request, checkout_id)
    if checkout.status == "processing" and checkout.cart is None:
        _start(checkout.id)
    return _answer(checkout)


@handler.get("/v1/checkouts")
def list_reviews(request: Request) -> Response[str]:
    """Answer with a page of the checkouts that wait for a merchant's review, the oldest first."""
    limit = request.limit()
    after = requested_position(request, query=REVIEWS, kinds=[str, str]) or ("", "")
    found = _repository().waiting_for_review(after=(str(after[0]), str(after[1])), limit=limit + 1)
    shown = found[:limit]
    following = None
    if len(found) > limit:
        following = encode_cursor([shown[-1].created_at.isoformat(), shown[-1].id], query=REVIEWS)
    return json_response({"items": [checkout.document() for checkout in shown], "next": following})


@handler.post("/v1/checkouts/<checkout_id>/review")
def review_checkout(request: Request, checkout_id: str) -> Response[str]:
    """Let a checkout that waits for a review go on, or fail."""
    decided = validate(ReviewInput, request.json())
    checkout = _find(request, checkout_id)
    token = _repository().token(checkout.id, "review")
    if token is None:
        raise problem.conflict("the checkout does not wait for a review", kind="checkout-state")
    try:
        if decided.decision == "approve":
            waited = executions.succeed(token, {"reviewed_by": request.principal.subject})
        else:
            handler.logger.info("checkout rejected", extra={"checkout_id": checkout.id, "reason": decided.reason})
            waited = executions.refuse(token, RefusedError("review-rejected", "the order was not accepted"))
    except executions.UnavailableError as error:
        raise problem.service_unavailable("the checkout cannot go on at the moment") from error
    if not waited:
        raise problem.conflict("the checkout does not wait for a review any more", kind="checkout-state")
    return _answer(checkout, status=HTTPStatus.ACCEPTED)


def _repository() -> CheckoutRepository:
    return CheckoutRepository(checkout_table())


def _find(request: Request, checkout_id: str) -> Checkout:
    checkout = _repository().find(checkout_id) if is_checkout_id(checkout_id) else None
    if checkout is None or not _may_see(request, checkout):
        raise problem.not_found(f"there is no checkout {checkout_id[:64]!r}")
    return checkout


def _may_see(request: Request, checkout: Checkout) -> bool:
    who = request.principal
    return checkout.customer_id is None or checkout.customer_id == who.subject or who.may(MERCHANT)


def _start(checkout_id: str) -> None:
    try:
        executions.start(checkout_id)
    except executions.UnavailableError as error:
        raise problem.service_unavailable("the checkout cannot begin at the moment; send it again") from error


def _answer(checkout: Checkout, *, status: HTTPStatus = HTTPStatus.OK) -> Response[str]:
    headers = {}
    if status is HTTPStatus.ACCEPTED:
        headers["Location"] = f"/v1/checkouts/{checkout.id}"
    if checkout.poll_after_seconds is not None:
        headers["Retry-After"] = str(checkout.poll_after_seconds)
    return json_response(json.dumps(checkout.document(), ensure_ascii=False), status=status, headers=headers)
