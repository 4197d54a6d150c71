"""The application that all of the cart's routes belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from aws_lambda_powertools.event_handler import Response

from cart.answer import document
from cart.cart import Cart, RefusedError
from cart.repository import CartRepository, UnknownCartError
from contracts.pricing import Quote
from edge import problem
from edge.application import HttpApplication
from edge.authorization import Principal
from edge.entity_tag import require_preconditions, strong_tag
from edge.identifier import is_identifier
from edge.request import Request
from edge.response import json_response
from store.table import Table

application = HttpApplication()


@cache
def cart_table() -> Table:
    """Give the process's table, opened once."""
    return Table()


@contextmanager
def refusals_told(cart_id: str) -> Iterator[None]:
    """Let what the cart refuses be a problem document.

    Raises:
        Problem: 404 for a cart that the caller may not know of, 409 for what its state does not allow.
    """
    try:
        yield
    except UnknownCartError as error:
        raise problem.not_found(f"there is no cart {cart_id[:64]!r}") from error
    except RefusedError as error:
        raise problem.conflict(str(error), kind=error.kind) from error


def customer_of(principal: Principal) -> str | None:
    """Give the id of the customer who calls; None for anybody else."""
    return principal.subject if principal.is_customer else None


def find(request: Request, cart_id: str) -> Cart:
    """Give a cart that the caller may use.

    Raises:
        UnknownCartError: when there is none.
    """
    found = CartRepository(cart_table()).find(cart_id) if is_identifier(cart_id) else None
    if found is None or not found.is_of(customer_of(request.principal)):
        raise UnknownCartError(cart_id)
    return found


def change(request: Request, cart_id: str, change_content: Callable[[Cart], Cart]) -> Cart:
    """Give a cart after the caller changed it, if it is still what ``If-Match`` says.

    Raises:
        Problem: 404, 409, or 412.
    """
    customer_id = customer_of(request.principal)

    def allowed(current: Cart) -> Cart:
        if not current.is_of(customer_id):
            raise UnknownCartError(cart_id)
        require_preconditions(request.headers, current=strong_tag(current.version))
        return change_content(current)

    with refusals_told(cart_id):
        if not is_identifier(cart_id):
            raise UnknownCartError(cart_id)
        return CartRepository(cart_table()).change(cart_id, allowed)


def answer(cart: Cart, quote: Quote | None) -> Response[str]:
    """Give the answer that shows a cart.

    The entity tag is that of its content, which ``If-Match`` guards; prices may change while it stays.
    """
    headers = {"ETag": strong_tag(cart.version), "Content-Location": f"/v1/carts/{cart.id}"}
    return json_response(document(cart, quote), headers=headers)
