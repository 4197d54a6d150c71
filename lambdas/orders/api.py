"""The HTTP API of orders. What writes is imported when it is called: reads start faster without pydantic."""

from __future__ import annotations

from functools import cache

from aws_lambda_powertools.event_handler import Response

from edge import problem
from edge.application import HttpApplication
from edge.cursor import encode_cursor, requested_position
from edge.entity_tag import strong_tag
from edge.request import Request
from edge.response import cached_json_response, json_response
from orders.access import READ, find_visible
from orders.document import order_document, summary_document
from orders.listing import orders_of_all, orders_of_customer
from orders.order import STATUSES, Status
from orders.repository import OrderRepository
from store.table import Table

handler = HttpApplication()

PRIVATE = "private, no-cache"
"""Only the caller's own cache may keep the answer, and asks before it uses it again."""


@cache
def orders_table() -> Table:
    """Give the process's table, opened once."""
    return Table()


@handler.get("/v1/orders")
def list_orders(request: Request) -> Response[str]:
    """Answer with a page of orders, newest first: a customer's own, or for a merchant everybody's."""
    limit = request.limit()
    principal = request.principal
    if principal.may(READ):
        status = _status(request)
        query = f"orders?status={status or ''}"
        found = orders_of_all(orders_table(), status=status, before=_before(request, query), limit=limit + 1)
    else:
        query = f"orders?customer={principal.subject}"
        found = orders_of_customer(
            orders_table(), principal.subject or "", before=_before(request, query), limit=limit + 1
        )
    shown = found[:limit]
    rest = encode_cursor([shown[-1]["placed_key"]], query=query) if len(found) > limit else None
    return json_response({"items": [summary_document(record) for record in shown], "next": rest})


@handler.get("/v1/orders/<order_id>")
def read_order(request: Request, order_id: str) -> Response[str]:
    """Answer with an order and its entity tag."""
    order = find_visible(OrderRepository(orders_table()), request, order_id, scope=READ)
    return cached_json_response(
        request, order_document(order), entity_tag=strong_tag(order.version), cache_control=PRIVATE
    )


@handler.get("/v1/orders/<order_id>/invoice")
def read_invoice(request: Request, order_id: str) -> Response[str]:
    """Answer with the invoice of an order, a page to be printed."""
    from orders.invoice import invoice_response

    return invoice_response(find_visible(OrderRepository(orders_table()), request, order_id, scope=READ))


@handler.put("/v1/orders/<order_id>")
def put_order(request: Request, order_id: str) -> Response[str]:
    """Make an order that waits for its payment."""
    from orders.saga_routes import make

    return make(orders_table(), request, order_id)


@handler.post("/v1/orders/<order_id>/confirm")
def confirm_order(request: Request, order_id: str) -> Response[str]:
    """Let an order be carried out."""
    from orders.saga_routes import confirm

    return confirm(orders_table(), request, order_id)


@handler.post("/v1/orders/<order_id>/reject")
def reject_order(request: Request, order_id: str) -> Response[str]:
    """Let an order come to nothing."""
    from orders.saga_routes import reject

    return reject(orders_table(), request, order_id)


@handler.post("/v1/orders/lookup")
def look_up_order(request: Request) -> Response[str]:
    """Answer with a guest's order by its number and e-mail address."""
    from orders.buyer_routes import look_up

    return look_up(orders_table(), request)


@handler.post("/v1/orders/<order_id>/cancel")
def cancel_order(request: Request, order_id: str) -> Response[str]:
    """Cancel an order of which nothing was shipped."""
    from orders.buyer_routes import cancel

    return cancel(orders_table(), request, order_id)


@handler.post("/v1/orders/<order_id>/returns")
def ask_return(request: Request, order_id: str) -> Response[str]:
    """Ask to send something back."""
    from orders.buyer_routes import ask_return as ask

    return ask(orders_table(), request, order_id)


@handler.post("/v1/orders/<order_id>/returns/<return_id>/receive")
def receive_return(request: Request, order_id: str, return_id: str) -> Response[str]:
    """Take back the goods of a return."""
    from orders.buyer_routes import receive_return as receive

    return receive(orders_table(), request, order_id, return_id)


def _status(request: Request) -> Status | None:
    given = request.query.get("status")
    if given is None:
        return None
    for status in STATUSES:
        if status == given:
            return status
    detail = f"is {given[:50]!r}; must be one of {', '.join(STATUSES)}"
    raise problem.invalid(problem.InputError(parameter="status", detail=detail, code="status"))


def _before(request: Request, query: str) -> str | None:
    position = requested_position(request, query=query, kinds=[str])
    return str(position[0]) if position is not None else None
