"""The HTTP API of the payments service."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from edge import problem
from edge.application import HttpApplication
from edge.cursor import encode_cursor, requested_position
from edge.idempotency import require_key, used_for_another_body
from edge.request import Request
from edge.response import json_response, no_content
from payments import process
from payments.documents import balances_document, entry_document, payment_document, refund_document
from payments.payment import (
    FAILED,
    Payment,
    PaymentStateError,
    RefundChangedError,
    RefundExceedsCaptureError,
    refund_id,
)
from payments.processing import PaymentExistsError, PaymentVoidedError
from payments.provider import (
    OutcomeUnknownError,
    UnreadableWebhookError,
    UnverifiedWebhookError,
)
from payments.repository import UnknownPaymentError

MAXIMUM_BODY_BYTES = 4096
MAXIMUM_WEBHOOK_BYTES = 65_536

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}\Z")
_ENTRIES = "ledger/entries"

handler = HttpApplication()


@handler.put("/v1/payments/<payment_id>")
def authorize(request: Request, payment_id: str) -> Response[str]:
    """Authorize a payment: 201 when it is new, 200 when it was asked for before."""
    # Reads start faster without pydantic.
    from contracts.payment import PaymentRequest
    from edge.validation import validate

    asked = validate(PaymentRequest, request.json(maximum_bytes=MAXIMUM_BODY_BYTES))
    now = datetime.now(UTC).isoformat()
    wanted = Payment(
        id=_require_id(payment_id),
        checkout_id=asked.checkout_id,
        order_id=asked.order_id,
        currency=asked.amount.currency,
        amount=asked.amount.amount,
        token=asked.method.token,
        provider=process.payment_provider().name,
        created_at=now,
        updated_at=now,
    )
    with _refusals_as_problems():
        payment, is_new = process.processing(request.correlation_id).authorize(wanted, email=asked.email)
    return json_response(payment_document(payment), status=HTTPStatus.CREATED if is_new else HTTPStatus.OK)


@handler.post("/v1/payments/<payment_id>/capture")
def capture(request: Request, payment_id: str) -> Response[str]:
    """Take what is held; repeated, the same."""
    with _refusals_as_problems():
        return json_response(payment_document(process.processing(request.correlation_id).capture(_known(payment_id))))


@handler.post("/v1/payments/<payment_id>/void")
def void(request: Request, payment_id: str) -> Response[str]:
    """Let nothing be held, now or later: 204 when the payment was never asked for."""
    with _refusals_as_problems():
        payment = process.processing(request.correlation_id).void(_require_id(payment_id))
    return no_content() if payment is None else json_response(payment_document(payment))


@handler.post("/v1/payments/<payment_id>/refunds")
def refund(request: Request, payment_id: str) -> Response[str]:
    """Give some of it back, once for an Idempotency-Key."""
    from contracts.payment import RefundRequest
    from edge.validation import validate

    asked = validate(RefundRequest, request.json(maximum_bytes=MAXIMUM_BODY_BYTES))
    wanted_id = _required_refund_id(request, payment_id)
    with _refusals_as_problems():
        currency = process.payment_repository().get(_known(payment_id)).currency
        if asked.amount is not None and asked.amount.currency != currency:
            detail = f"must be {currency}, as the payment is"
            raise problem.invalid(
                problem.InputError(pointer="/amount/currency", detail=detail, code="another_currency")
            )
        amount = None if asked.amount is None else asked.amount.amount
        payment, made = process.processing(request.correlation_id).refund(
            payment_id, refund_id=wanted_id, amount=amount
        )
    if made.status == FAILED:
        raise problem.conflict(f"the provider refused refund {made.id}", kind="refund-refused")
    return json_response(refund_document(payment, made), status=HTTPStatus.CREATED)


@handler.post("/v1/payments/webhooks/<provider>")
def receive_webhook(request: Request, provider: str) -> Response[str]:
    """Learn from a provider what became of a payment: 204, however often and in whatever order it says so."""
    if provider != process.payment_provider().name:
        raise problem.not_found(f"there is no payment provider {provider[:64]!r}")
    request.text(maximum_bytes=MAXIMUM_WEBHOOK_BYTES)
    with _refusals_as_problems():
        payment = process.processing(request.correlation_id).receive(
            request.headers, request.body_bytes, now=time.time()
        )
    handler.logger.info("webhook taken", payment_id=payment.id, payment_status=payment.shown_status)
    return no_content()


@handler.get("/v1/payments")
def list_payments(request: Request) -> Response[str]:
    """Answer with the payments of an order."""
    order_id = request.query.get("order_id", "")
    if not _ID.match(order_id):
        detail = "is needed: 1 to 64 letters, digits or . _ ~ -, the first a letter or a digit"
        raise problem.invalid(problem.InputError(parameter="order_id", detail=detail, code="order_id"))
    limit, query = request.limit(), f"payments?order_id={order_id}"
    found = process.payment_repository().of_order(order_id, after=_position(request, query), limit=limit + 1)
    following = encode_cursor([found[limit - 1].id], query=query) if len(found) > limit else None
    return json_response({"items": [payment_document(payment) for payment in found[:limit]], "next": following})


@handler.get("/v1/payments/<payment_id>")
def read_payment(request: Request, payment_id: str) -> Response[str]:  # noqa: ARG001  # every route gets its request
    """Answer with a payment as it is known here; the provider is not asked."""
    with _refusals_as_problems():
        return json_response(payment_document(process.payment_repository().get(_known(payment_id))))


@handler.get("/v1/ledger/entries")
def list_entries(request: Request) -> Response[str]:
    """Answer with the ledger's entries in the order in which they were posted."""
    limit = request.limit()
    found = process.ledger_repository().entries(after=_position(request, _ENTRIES), limit=limit + 1)
    following = encode_cursor([found[limit - 1].key], query=_ENTRIES) if len(found) > limit else None
    return json_response({"items": [entry_document(posted) for posted in found[:limit]], "next": following})


@handler.get("/v1/ledger/balances")
def list_balances(request: Request) -> Response[str]:  # noqa: ARG001  # every route gets its request
    """Answer with the balance of every account: a few for each currency, so there is one page."""
    return json_response({"items": balances_document(process.ledger_repository().balances()), "next": None})


def _position(request: Request, query: str) -> str:
    position = requested_position(request, query=query, kinds=[str])
    return "" if position is None else str(position[0])


def _required_refund_id(request: Request, payment_id: str) -> str:
    key = request.headers.get("idempotency-key")
    if key is None:
        detail = "is needed: a repeated refund must be known for one"
        raise problem.invalid(problem.InputError(parameter="Idempotency-Key", detail=detail, code="missing"))
    require_key(key)
    return refund_id(payment_id, key)


def _require_id(payment_id: str) -> str:
    if not _ID.match(payment_id):
        detail = "must be 1 to 64 letters, digits or . _ ~ -, the first a letter or a digit"
        raise problem.invalid(problem.InputError(parameter="id", detail=detail, code="id"))
    return payment_id


def _known(payment_id: str) -> str:
    if not _ID.match(payment_id):
        raise UnknownPaymentError(f"there is no payment {payment_id[:64]!r}")
    return payment_id


@contextmanager
def _refusals_as_problems() -> Iterator[None]:
    try:
        yield
    except UnknownPaymentError as error:
        raise problem.not_found(str(error)) from error
    except PaymentExistsError as error:
        raise problem.conflict(str(error), kind="payment-exists") from error
    except PaymentVoidedError as error:
        raise problem.conflict(str(error), kind="payment-voided") from error
    except PaymentStateError as error:
        raise problem.conflict(str(error), kind="payment-state") from error
    except RefundExceedsCaptureError as error:
        raise problem.conflict(str(error), kind="refund-exceeds-capture") from error
    except RefundChangedError as error:
        raise used_for_another_body() from error
    except UnverifiedWebhookError as error:
        raise problem.forbidden(str(error)) from error
    except UnreadableWebhookError as error:
        raise problem.invalid(problem.InputError(pointer="", detail=str(error), code="webhook")) from error
    except OutcomeUnknownError as error:
        raise problem.service_unavailable(f"{error}; ask again", retry_after_seconds=2) from error
