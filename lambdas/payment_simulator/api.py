"""The payment simulator's HTTP API."""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from uuid import uuid4

from aws_lambda_powertools.event_handler import Response

from contracts.payment_simulator import AuthorizationRequest, ChallengeOutcome, SimulatorRefundRequest
from edge import problem
from edge.application import HttpApplication
from edge.idempotency import IdempotencyKey, idempotency_key
from edge.request import Request
from edge.response import json_response
from edge.shared_secret import shared_secret
from edge.validation import validate
from payment_simulator.authorization import (
    Authorization,
    AuthorizationStateError,
    GivenBack,
    RefundTooLargeError,
    first_authorization,
)
from payment_simulator.cards import card
from payment_simulator.documents import document
from payment_simulator.repository import AuthorizationRepository, ReferenceUsedError, UnknownAuthorizationError
from store.table import Table

MAXIMUM_BODY_BYTES = 4096
MERCHANT = "merchant"

_PATH = "/v1/payment-simulator/authorizations"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}\Z")

handler = HttpApplication()


@cache
def authorizations() -> AuthorizationRepository:
    """Give the process's repository, its table opened once."""
    return AuthorizationRepository(Table())


@handler.post(_PATH)
def authorize(request: Request) -> Response[str]:
    """Authorize an amount on a card: 201, declined or not."""
    _require_api_key(request)
    wanted = validate(AuthorizationRequest, request.json(maximum_bytes=MAXIMUM_BODY_BYTES))
    key = _required_key(request)
    if (earlier := authorizations().earlier_answer(key)) is not None:
        return earlier
    chosen = card(wanted.token)
    time.sleep(chosen.late_seconds)
    authorization = first_authorization(
        id=uuid4().hex,
        reference=wanted.reference,
        currency=wanted.amount.currency,
        amount=wanted.amount.amount,
        card=chosen,
        created_at=datetime.now(UTC).isoformat(),
    )
    with _refusals_as_problems():
        return authorizations().add(authorization, request=key, correlation_id=request.correlation_id)


@handler.get(_PATH)
def find_authorizations(request: Request) -> Response[str]:
    """Answer with the authorization of a merchant's reference, as a list of one or none."""
    _require_api_key(request)
    reference = request.query.get("reference", "")
    if not _ID.match(reference):
        detail = "is needed: 1 to 64 letters, digits or . _ ~ -"
        raise problem.invalid(problem.InputError(parameter="reference", detail=detail, code="reference"))
    found = authorizations().of_reference(reference)
    items = [] if found is None else [document(found).model_dump(mode="json")]
    return json_response({"items": items, "next": None})


@handler.get(f"{_PATH}/<authorization_id>")
def read_authorization(request: Request, authorization_id: str) -> Response[str]:
    """Answer with an authorization."""
    _require_api_key(request)
    with _refusals_as_problems():
        return json_response(document(authorizations().find(_known(authorization_id))).model_dump_json())


@handler.post(f"{_PATH}/<authorization_id>/capture")
def capture(request: Request, authorization_id: str) -> Response[str]:
    """Take what is held."""
    return _change(request, authorization_id, Authorization.captured)


@handler.post(f"{_PATH}/<authorization_id>/void")
def void(request: Request, authorization_id: str) -> Response[str]:
    """Let go of what is held."""
    return _change(request, authorization_id, Authorization.voided)


@handler.post(f"{_PATH}/<authorization_id>/refunds")
def refund(request: Request, authorization_id: str) -> Response[str]:
    """Give some of what was taken back: 201 with the authorization."""
    _require_api_key(request)
    wanted = validate(SimulatorRefundRequest, request.json(maximum_bytes=MAXIMUM_BODY_BYTES))

    def refunded(authorization: Authorization) -> Authorization:
        if wanted.amount.currency != authorization.currency:
            detail = f"must be {authorization.currency}, as the authorization is"
            raise problem.invalid(
                problem.InputError(pointer="/amount/currency", detail=detail, code="another_currency")
            )
        return authorization.refunded_by(GivenBack(reference=wanted.reference, amount=wanted.amount.amount))

    return _change(request, authorization_id, refunded, status=HTTPStatus.CREATED)


@handler.post("/v1/payment-simulator/challenges/<authorization_id>")
def answer_challenge(request: Request, authorization_id: str) -> Response[str]:
    """Play the payer who shows, or cannot show, who they are; the id is known to nobody else."""
    answered = validate(ChallengeOutcome, request.json(maximum_bytes=MAXIMUM_BODY_BYTES))
    passed = answered.outcome == "passed"
    with _refusals_as_problems():
        authorizations().change(
            _known(authorization_id),
            lambda authorization: authorization.challenged(passed=passed),
            request=None,
            correlation_id=request.correlation_id,
        )
    return json_response({"outcome": answered.outcome})


def _change(
    request: Request,
    authorization_id: str,
    change: Callable[[Authorization], Authorization],
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response[str]:
    _require_api_key(request)
    key = _required_key(request)
    with _refusals_as_problems():
        return authorizations().change(
            _known(authorization_id), change, request=key, status=status, correlation_id=request.correlation_id
        )


def _require_api_key(request: Request) -> None:
    given = request.headers.get("authorization", "").encode(errors="replace")
    if not hmac.compare_digest(given, f"Bearer {shared_secret('API_KEY_SECRET')}".encode()):
        raise problem.unauthorized("send the merchant's API key as a bearer token", token_given=bool(given))


def _required_key(request: Request) -> IdempotencyKey:
    key = idempotency_key(request, owner=MERCHANT)
    if key is None:
        detail = "is needed: a repeated call must be known for one"
        raise problem.invalid(problem.InputError(parameter="Idempotency-Key", detail=detail, code="missing"))
    return key


def _known(authorization_id: str) -> str:
    if not _ID.match(authorization_id):
        raise UnknownAuthorizationError(f"there is no authorization {authorization_id[:64]!r}")
    return authorization_id


@contextmanager
def _refusals_as_problems() -> Iterator[None]:
    try:
        yield
    except UnknownAuthorizationError as error:
        raise problem.not_found(str(error)) from error
    except AuthorizationStateError as error:
        raise problem.conflict(str(error), kind="authorization-state") from error
    except RefundTooLargeError as error:
        raise problem.conflict(str(error), kind="refund-too-large") from error
    except ReferenceUsedError as error:
        raise problem.conflict(str(error), kind="reference-used") from error
