"""The order, not confirmed yet: from here on it can be read."""

from __future__ import annotations

from checkout.step import Result, Situation
from checkout.steps.price import quote_of
from contracts.order import OrderDiscount, OrderLine, OrderRequest, ShippingOption


def do(situation: Situation) -> Result | None:
    """Make the order of what was priced."""
    checkout, request, quote = situation.checkout, situation.request, quote_of(situation)
    order = OrderRequest(
        checkout_id=checkout.id,
        cart_id=request.cart_id,
        customer_id=checkout.customer_id,
        email=request.email,
        language=request.language,
        currency=quote.currency,
        lines=tuple(OrderLine.model_validate(line.model_dump(exclude={"subtotal"})) for line in quote.lines),
        discounts=tuple(OrderDiscount.model_validate(discount.model_dump()) for discount in quote.discounts),
        subtotal=quote.subtotal,
        discount=quote.discount,
        shipping=quote.shipping,
        shipping_discount=quote.shipping_discount,
        tax=quote.tax,
        tax_included=quote.tax_included,
        total=quote.total,
        shipping_address=request.shipping_address,
        shipping_option=ShippingOption.model_validate_json(checkout.shipping or ""),
        payment_id=checkout.id,
        reservation_id=checkout.id,
    )
    situation.services.create_order(checkout.order_id, order)
    if checkout.waiting_for is not None:
        situation.repository.go_on(checkout.id)
    return {"order_id": checkout.order_id}


def undo(situation: Situation) -> None:
    """Reject the order."""
    situation.services.reject_order(situation.checkout.order_id, reason="the checkout failed")
