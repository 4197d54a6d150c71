"""What it costs, as pricing says; the promotions in it are used up."""

from __future__ import annotations

import time

from checkout.checkout_input import CheckoutInput
from checkout.refusal import PriceUnsettledError, RefusedError
from checkout.step import Result, Situation
from contracts.cart import LockedCart
from contracts.order import ShippingOption
from contracts.pricing import QUOTE_AGE_SECONDS, ChosenShipping, Quote, QuoteRequest, RefusalReason

SETTLED_SECONDS = QUOTE_AGE_SECONDS + 0.5
"""How long after a checkout began pricing may answer by something older than what it showed before: what a quote is
made of, and half a second between two clocks."""

_GONE: frozenset[RefusalReason] = frozenset(("unknown", "expired", "exhausted", "already-used"))


def do(situation: Situation) -> Result | None:
    """Ask for the price, and redeem the promotions that make it."""
    checkout = situation.checkout
    # A repeated attempt charges what the first one redeemed for.
    quote = quote_of(situation) if checkout.quote is not None else _agreed(situation)
    situation.repository.note(checkout.id, {"quote": quote.model_dump_json()})
    try:
        for discount in quote.discounts:
            situation.services.redeem(discount.code, customer_id=checkout.customer_id, email=situation.request.email)
    except RefusedError:
        _give_back(situation, quote)
        raise
    return {"total": f"{quote.total.amount} {quote.currency}"}


def _agreed(situation: Situation) -> Quote:
    """Ask for the price, and give it if the customer agrees to it.

    Raises:
        RefusedError: they do not.
        PriceUnsettledError: they do not now; what pricing answers may be older than what it showed them.
    """
    quote = _asked(situation)
    try:
        _require_agreement(quote, situation.request)
    except RefusedError as refusal:
        if time.time() < situation.checkout.created_at.timestamp() + SETTLED_SECONDS:
            raise PriceUnsettledError(refusal.detail) from refusal
        raise
    return quote


def _require_agreement(quote: Quote, request: CheckoutInput) -> None:
    if quote.unavailable:
        raise RefusedError("items-unavailable", f"not for sale in {quote.currency}: {', '.join(quote.unavailable)}")
    if request.expected_total is None:
        _require_coupons(quote)
    elif request.expected_total != quote.total:
        detail = f"the total is {quote.total.amount} {quote.currency}, not {request.expected_total.amount}"
        raise RefusedError("price-changed", detail)


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
