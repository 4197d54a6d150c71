"""What buyers, and merchants for them, ask of an order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hmac import compare_digest
from http import HTTPStatus
from typing import cast
from uuid import uuid4

from aws_lambda_powertools.event_handler import Response

from contracts.email_address import normalized
from edge import problem
from edge.idempotency import IdempotencyKey, earlier_answer, idempotency_key, kept_answer
from edge.request import Request
from edge.response import json_response
from edge.validation import validate
from orders.access import WRITE, find_visible, unknown
from orders.announcements import order_cancelled, order_returned
from orders.document import order_document, return_document
from orders.number import read_number
from orders.order import Order, OrderStateError
from orders.order_input import CancellationInput, LookupInput, ReturnInput
from orders.problems import return_problem, state_problem
from orders.repository import OrderRepository
from orders.returns import Return, ReturnLineError
from store.operations import Put
from store.table import Table

NOBODY = "nobody"
"""An order id that no order has: who looks for an order that is not there waits as long as who finds one."""


def look_up(table: Table, request: Request) -> Response[str]:
    """Give a guest's order to who knows its number and e-mail address; whichever is wrong, the answer is the same."""
    asked = validate(LookupInput, request.json())
    orders = OrderRepository(table)
    number = read_number(asked.number)
    found = orders.find(orders.of_number(number or "") or NOBODY)
    email = cast(str, found.content["email"]) if found else ""
    is_right = compare_digest(normalized(email).encode(), normalized(asked.email).encode())
    if found is None or not is_right or found.customer_id is not None:
        raise problem.not_found("there is no order of that number and e-mail address")
    return json_response(order_document(found))


def cancel(table: Table, request: Request, order_id: str) -> Response[str]:
    """Cancel an order of which nothing was shipped."""
    given = validate(CancellationInput, _optional_json(request))
    key = _key(request)
    orders = OrderRepository(table)
    find_visible(orders, request, order_id, scope=WRITE)
    if (earlier := earlier_answer(table, key)) is not None:
        return earlier

    def announce(order: Order) -> Sequence[Put]:
        kept = kept_answer(key, json_response(order_document(order)))
        return [order_cancelled(order, correlation_id=request.correlation_id), *kept]

    return json_response(
        order_document(
            _change(orders, order_id, lambda order: order.cancelled(given.reason, datetime.now(UTC)), announce)
        )
    )


def ask_return(table: Table, request: Request, order_id: str) -> Response[str]:
    """Ask to send something back that has arrived: 201."""
    given = validate(ReturnInput, request.json())
    key = _key(request)
    orders = OrderRepository(table)
    find_visible(orders, request, order_id, scope=WRITE)
    if (earlier := earlier_answer(table, key)) is not None:
        return earlier
    items = {item.sku: item.quantity for item in given.items}
    return_id = key.id[:32] if key else uuid4().hex

    def with_return(order: Order) -> Order:
        if return_id in order.returns:
            return order  # the same request, sent twice at once
        wanted = Return(id=return_id, items=items, reason=given.reason, requested_at=datetime.now(UTC))
        return order.with_return(wanted)

    def answer(order: Order) -> Response[str]:
        location = {"Location": f"/v1/orders/{order_id}"}
        document = return_document(order, order.returns[return_id])
        return json_response(document, status=HTTPStatus.CREATED, headers=location)

    try:
        order = _change(orders, order_id, with_return, lambda order: kept_answer(key, answer(order)))
    except ReturnLineError as error:
        raise return_problem(error, list(items)) from error
    return answer(order)


def receive_return(table: Table, request: Request, order_id: str, return_id: str) -> Response[str]:
    """Take back the goods of a return, and let them be paid back."""
    orders = OrderRepository(table)
    order = find_visible(orders, request, order_id, scope=WRITE)
    if return_id not in order.returns:
        raise problem.not_found(f"the order has no return {return_id[:64]!r}")

    def announce(order: Order) -> Sequence[Put]:
        return [order_returned(order, order.returns[return_id], correlation_id=request.correlation_id)]

    order = _change(orders, order_id, lambda order: order.received(return_id, datetime.now(UTC)), announce)
    return json_response(return_document(order, order.returns[return_id]))


def _change(
    orders: OrderRepository,
    order_id: str,
    change: Callable[[Order], Order],
    announce: Callable[[Order], Sequence[Put]],
) -> Order:
    try:
        order = orders.change(order_id, change, announce=announce)
    except OrderStateError as error:
        raise state_problem(error) from error
    if order is None:
        raise unknown(order_id)
    return order


def _key(request: Request) -> IdempotencyKey | None:
    return idempotency_key(request, owner=request.principal.subject or "")


def _optional_json(request: Request) -> object:
    try:
        is_empty = not request.body_bytes
    except ValueError:
        is_empty = False
    return {} if is_empty else request.json()
