"""What checkout asks of orders."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from contracts.order import OrderRequest
from edge import problem
from edge.identifier import require_identifier
from edge.request import Request
from edge.response import json_response
from edge.validation import validate
from orders.access import unknown
from orders.announcements import order_confirmed
from orders.document import order_document
from orders.order import OrderStateError
from orders.order_input import RejectionInput
from orders.problems import state_problem
from orders.repository import OrderDiffersError, OrderRepository
from store.table import Table

MAXIMUM_BODY_BYTES = 409_600
"""50 lines whose names have 500 characters, each escaped as two halves of a surrogate pair."""


def make(table: Table, request: Request, order_id: str) -> Response[str]:
    """Make an order that waits for its payment: 201, or 200 when it was made before."""
    asked = validate(OrderRequest, request.json(maximum_bytes=MAXIMUM_BODY_BYTES))
    require_identifier(order_id, parameter="id")
    try:
        order, is_new = OrderRepository(table).make(
            order_id, asked.model_dump(mode="json", exclude_none=True), now=datetime.now(UTC)
        )
    except OrderStateError as error:
        raise state_problem(error) from error
    except OrderDiffersError as error:
        raise problem.conflict(str(error), kind="order-differs") from error
    if is_new:
        location = {"Location": f"/v1/orders/{order.id}"}
        return json_response(order_document(order), status=HTTPStatus.CREATED, headers=location)
    return json_response(order_document(order))


def confirm(table: Table, request: Request, order_id: str) -> Response[str]:
    """Let an order be carried out."""
    require_identifier(order_id, parameter="id")
    try:
        order = OrderRepository(table).change(
            order_id,
            lambda order: order.confirmed(datetime.now(UTC)),
            announce=lambda order: [order_confirmed(order, correlation_id=request.correlation_id)],
        )
    except OrderStateError as error:
        raise state_problem(error) from error
    if order is None:
        raise unknown(order_id)
    return json_response(order_document(order))


def reject(table: Table, request: Request, order_id: str) -> Response[str]:
    """Let an order come to nothing. One that is not there is 404, and refused if it comes after all."""
    given = validate(RejectionInput, request.json())
    require_identifier(order_id, parameter="id")
    orders = OrderRepository(table)
    if orders.refuse(order_id) is None:
        raise unknown(order_id)
    try:
        order = orders.change(
            order_id, lambda order: order.rejected(given.reason, datetime.now(UTC)), announce=lambda _order: []
        )
    except OrderStateError as error:
        raise state_problem(error) from error
    if order is None:
        raise unknown(order_id)
    return json_response(order_document(order))
