"""The coupons of a cart."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from cart.application import answer, application, change, find, refusals_told
from cart.cart_input import CouponInput
from cart.prices import quote
from contracts.pricing import Quote, RefusalReason
from edge import problem
from edge.entity_tag import strong_tag
from edge.request import Request
from edge.response import no_content
from edge.validation import validate

HOPELESS: frozenset[RefusalReason] = frozenset({"unknown", "expired", "exhausted", "already-used", "other-currency"})
"""Whatever else is put into the cart, the coupon will give nothing. Others are kept: they may come to count."""


@application.post("/v1/carts/<cart_id>/coupons")
def add_coupon(request: Request, cart_id: str) -> Response[str]:
    """Add a coupon, unless pricing says that it can never count; answer with the cart."""
    code = validate(CouponInput, request.json()).code
    with refusals_told(cart_id):
        wanted = find(request, cart_id).with_coupon(code)
    tried = quote(wanted, correlation_id=request.correlation_id)
    _require_hope(tried, code)
    cart = change(request, cart_id, lambda cart: cart.with_coupon(code))
    is_as_tried = (cart.items, cart.coupons) == (wanted.items, wanted.coupons)
    return answer(cart, tried if is_as_tried else quote(cart, correlation_id=request.correlation_id))


@application.delete("/v1/carts/<cart_id>/coupons/<code>")
def delete_coupon(request: Request, cart_id: str, code: str) -> Response[str]:
    """Take a coupon out of the cart, if it is in."""
    cart = change(request, cart_id, lambda cart: cart.without_coupon(code))
    return no_content(headers={"ETag": strong_tag(cart.version)})


def _require_hope(tried: Quote | None, code: str) -> None:
    for refused in tried.refused_coupons if tried else ():
        if refused.code.upper() == code.upper() and refused.reason in HOPELESS:
            raise problem.invalid(
                problem.InputError(
                    pointer="/code", detail=f"is {code!r}, which gives nothing: {refused.reason}", code=refused.reason
                )
            )
