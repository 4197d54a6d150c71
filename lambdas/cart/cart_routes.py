"""Carts as a whole."""

from __future__ import annotations

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from cart.answer import document
from cart.application import answer, application, cart_table, customer_of, find, refusals_told
from cart.cart import new_cart
from cart.cart_input import CartInput, MergeInput
from cart.prices import quote
from cart.repository import CartRepository, UnknownCartError, utc_now
from edge import problem
from edge.entity_tag import strong_tag
from edge.idempotency import earlier_answer, idempotency_key, kept_answer
from edge.identifier import is_identifier
from edge.request import Request
from edge.response import json_response
from edge.validation import validate
from store.contention import until_written


@application.post("/v1/carts")
def create(request: Request) -> Response[str]:
    """Begin a cart: the customer's who is signed in, or whoever's who knows its id."""
    currency = validate(CartInput, request.json()).currency
    customer_id = customer_of(request.principal)
    table = cart_table()
    key = idempotency_key(request, owner=customer_id or "")

    def write(_attempt: int) -> Response[str]:
        if (earlier := earlier_answer(table, key)) is not None:
            return earlier
        cart = new_cart(currency, customer_id=customer_id, now=utc_now())
        headers = {"ETag": strong_tag(cart.version), "Location": f"/v1/carts/{cart.id}"}
        created = json_response(document(cart, None), status=HTTPStatus.CREATED, headers=headers)
        CartRepository(table).create(cart, beside=kept_answer(key, created))
        return created

    return until_written(write, what="a new cart")


@application.get("/v1/carts/<cart_id>")
def read(request: Request, cart_id: str) -> Response[str]:
    """Answer with a cart and what it costs now."""
    with refusals_told(cart_id):
        cart = find(request, cart_id)
    return answer(cart, quote(cart, correlation_id=request.correlation_id))


@application.post("/v1/carts/<cart_id>/merge")
def merge(request: Request, cart_id: str) -> Response[str]:
    """Take a cart's items over into the customer's own; answer with that one."""
    wanted = validate(MergeInput, request.json() if request.has_body else {})
    customer_id = customer_of(request.principal)
    if customer_id is None:
        raise problem.forbidden("the token is no customer's")
    with refusals_told(cart_id):
        if not is_identifier(cart_id):
            raise UnknownCartError(cart_id)
        cart = CartRepository(cart_table()).merge(cart_id, customer_id=customer_id, into=wanted.into)
    return answer(cart, quote(cart, correlation_id=request.correlation_id))
