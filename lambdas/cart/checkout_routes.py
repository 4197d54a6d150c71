"""Carts, as checkout asks for them."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from cart.application import application, cart_table, refusals_told
from cart.repository import CartRepository
from contracts.cart import CartLockRequest, LockedCart
from edge.identifier import require_identifier
from edge.request import Request
from edge.response import json_response, no_content
from edge.validation import validate


@application.put("/v1/carts/<cart_id>/checkout")
def lock(request: Request, cart_id: str) -> Response[str]:
    """Give a cart to one checkout; answer with what is in it."""
    wanted = validate(CartLockRequest, request.json())
    require_identifier(cart_id, parameter="id")
    with refusals_told(cart_id):
        cart = CartRepository(cart_table()).lock(
            cart_id, checkout_id=wanted.checkout_id, customer_id=wanted.customer_id
        )
    locked = LockedCart.model_validate(
        {
            "id": cart.id,
            "currency": cart.currency,
            "customer_id": cart.customer_id,
            "items": [{"sku": sku, "quantity": quantity} for sku, quantity in cart.items.items()],
            "coupons": cart.coupons,
        }
    )
    return json_response(locked.model_dump_json())


@application.delete("/v1/carts/<cart_id>/checkout/<checkout_id>")
def unlock(request: Request, cart_id: str, checkout_id: str) -> Response[str]:  # noqa: ARG001
    """Open a cart again, and refuse that checkout if it comes late."""
    require_identifier(cart_id, parameter="id")
    require_identifier(checkout_id, parameter="checkout_id")
    with refusals_told(cart_id):
        CartRepository(cart_table()).unlock(cart_id, checkout_id=checkout_id)
    return no_content()
