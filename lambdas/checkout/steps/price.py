"""What it costs, as pricing says; the promotions in it are used up."""

from __future__ import annotations

from checkout.refusal import RefusedError
from checkout.step import Result, Situation
from contracts.cart import LockedCart
from contracts.order import ShippingOption
from contracts.pricing import ChosenShipping, Quote, QuoteRequest, RefusalReason

_GONE: frozenset[RefusalReason] = frozenset(("unknown", "expired", "exhausted", "already-used"))


def do(situation: Situation) -> Result | None:
    """Ask for the price, and redeem the promotions that make it."""
    checkout, request = situation.checkout, situation.request
    # A repeated attempt charges what the first one redeemed for.
    quote = quote_of(situation) if checkout.quote is not None else _asked(situation)
    if quote.unavailable:
        raise RefusedError("items-unavailable", f"not for sale in {quote.currency}: {', '.join(quote.unavailable)}")
    if request.expected_total is not None and request.expected_total != quote.total:
        detail = f"the total is {quote.total.amount} {quote.currency}, not {request.expected_total.amount}"
        raise RefusedError("price-changed", detail)
    if request.expected_total is None:
        _require_coupons(quote)
    situation.repository.note(checkout.id, {"quote": quote.model_dump_json()})
    try:
        for discount in quote.discounts:
            situation.services.redeem(discount.code, customer_id=checkout.customer_id, email=request.email)
    except RefusedError:
        _give_back(situation, quote)
        raise
    return {"total": f"{quote.total.amount} {quote.currency}"}


def _require_coupons(quote: Quote) -> None:
    # Who saw a price with a coupon that gives nothing any more would pay more than that. Other reasons, such as a
    # minimum that is not reached, stood beside the price in the cart.
    gone = [coupon for coupon in quote.refused_coupons if coupon.reason in _GONE]
    if gone:
        told = ", ".join(f"{coupon.code} ({coupon.reason})" for coupon in gone)
        raise RefusedError("coupon-refused", f"not valid any more: {told}")


def undo(situation: Situation) -> None:
    """Let the promotions be used by somebody else."""
    if situation.checkout.quote is not None:
        _give_back(situation, quote_of(situation))


def quote_of(situation: Situation) -> Quote:
    """Give the price that was found."""
    return Quote.model_validate_json(situation.checkout.quote or "")


def _asked(situation: Situation) -> Quote:
    checkout, request = situation.checkout, situation.request
    cart = LockedCart.model_validate_json(checkout.cart or "")
    shipping = ShippingOption.model_validate_json(checkout.shipping or "")
    return situation.services.quote(
        QuoteRequest(
            currency=cart.currency,
            items=cart.items,
            coupons=cart.coupons,
            customer_id=checkout.customer_id,
            email=request.email,
            destination=request.shipping_address.destination(),
            shipping=ChosenShipping(option=shipping.id, amount=shipping.price),
        )
    )


def _give_back(situation: Situation, quote: Quote) -> None:
    for discount in quote.discounts:
        situation.services.give_back(discount.code)
