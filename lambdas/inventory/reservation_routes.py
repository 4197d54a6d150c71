"""Reservations, as other services ask for them."""

from __future__ import annotations

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from contracts.reservation import ReservationRequest
from edge import problem
from edge.identifier import require_identifier
from edge.request import Request
from edge.response import json_response, no_content
from edge.validation import validate
from inventory.allocation import InsufficientStockError, TooManyPartsError
from inventory.reservation import ReservationCommittedError, ReservationDiffersError, ReservationReleasedError
from inventory.reservations import ReservationRepository
from store.table import Table


def hold(table: Table, request: Request, reservation_id: str) -> Response[str]:
    """Hold stock for an order, all of it or nothing."""
    asked = validate(ReservationRequest, request.json())
    require_identifier(reservation_id, parameter="id")
    items = {item.sku: item.quantity for item in asked.items}
    try:
        reservation, is_new = ReservationRepository(table).hold(
            reservation_id, items, seconds=asked.expires_in_seconds, correlation_id=request.correlation_id
        )
    except InsufficientStockError as error:
        raise _insufficient(error, list(items)) from error
    except TooManyPartsError as error:
        raise problem.conflict(str(error), kind="stock-too-scattered") from error
    except ReservationReleasedError as error:
        raise _released(error) from error
    except ReservationDiffersError as error:
        raise problem.conflict(str(error), kind="reservation-differs") from error
    return json_response(reservation.document(), status=HTTPStatus.CREATED if is_new else HTTPStatus.OK)


def commit(table: Table, request: Request, reservation_id: str) -> Response[str]:
    """Let the stock leave."""
    require_identifier(reservation_id, parameter="id")
    try:
        reservation = ReservationRepository(table).commit(reservation_id, correlation_id=request.correlation_id)
    except ReservationReleasedError as error:
        raise _released(error) from error
    if reservation is None:
        raise problem.not_found(f"there is no reservation {reservation_id!r}")
    return json_response(reservation.document())


def release(table: Table, request: Request, reservation_id: str) -> Response[str]:
    """Make the stock available again; a reservation that is not there yet is refused when it comes."""
    require_identifier(reservation_id, parameter="id")
    try:
        ReservationRepository(table).release(reservation_id, correlation_id=request.correlation_id)
    except ReservationCommittedError as error:
        raise problem.conflict(str(error), kind="reservation-committed") from error
    return no_content()


def _released(error: ReservationReleasedError) -> problem.Problem:
    return problem.conflict(str(error), kind="reservation-released")


def _insufficient(error: InsufficientStockError, skus: list[str]) -> problem.Problem:
    return problem.Problem(
        HTTPStatus.CONFLICT,
        "insufficient-stock",
        f"there is not enough of {len(error.shortages)} of {len(skus)} SKUs; nothing is held",
        errors=[
            problem.InputError(
                pointer=f"/items/{skus.index(short.sku)}",
                detail=f"{short.wanted} of {short.sku} wanted, {short.available} available",
                code="insufficient_stock",
            )
            for short in error.shortages
        ],
    )
