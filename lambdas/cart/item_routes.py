"""What is in a cart."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from cart.application import answer, application, cart_table, change
from cart.cart import Cart
from cart.cart_input import ItemInput
from cart.known_skus import known_skus
from cart.prices import quote
from edge import problem
from edge.entity_tag import strong_tag
from edge.identifier import is_identifier, require_identifier
from edge.request import Request
from edge.response import no_content
from edge.validation import validate


@application.put("/v1/carts/<cart_id>/items/<sku>")
def put_item(request: Request, cart_id: str, sku: str) -> Response[str]:
    """Let the cart hold so many of a SKU; answer with the cart."""
    quantity = validate(ItemInput, request.json()).quantity
    require_identifier(sku, parameter="sku")

    def hold(cart: Cart) -> Cart:
        if sku not in cart.items and not known_skus(cart_table()).find([sku]):
            raise problem.invalid(
                problem.InputError(parameter="sku", detail=f"is {sku!r}; no product has this SKU", code="unknown_sku")
            )
        return cart.holding(sku, quantity)

    cart = change(request, cart_id, hold)
    return answer(cart, quote(cart, correlation_id=request.correlation_id))


@application.delete("/v1/carts/<cart_id>/items/<sku>")
def delete_item(request: Request, cart_id: str, sku: str) -> Response[str]:
    """Take a SKU out of the cart, if it is in."""
    cart = change(request, cart_id, lambda cart: cart.without(sku) if is_identifier(sku) else cart)
    return no_content(headers={"ETag": strong_tag(cart.version)})
