"""The cart is kept as it is, and can travel as its buyer wants."""

from __future__ import annotations

from checkout.refusal import RefusedError
from checkout.step import Result, Situation


def do(situation: Situation) -> Result | None:
    """Lock the cart and find the shipping option."""
    request, checkout = situation.request, situation.checkout
    cart = situation.services.lock_cart(request.cart_id, customer_id=checkout.customer_id)
    offered = situation.services.shipping_options(cart, request.shipping_address.destination())
    chosen = next((option for option in offered if option.id == request.shipping_option), None)
    if chosen is None:
        # Nothing of a step that refuses may stay.
        situation.services.unlock_cart(request.cart_id)
        possible = ", ".join(option.id for option in offered) or "none"
        detail = f"{request.shipping_option} does not go there; possible: {possible}"
        raise RefusedError("shipping-option-unavailable", detail)
    facts = {"cart": cart.model_dump_json(), "shipping": chosen.model_dump_json()}
    situation.repository.note(checkout.id, {"cart": facts["cart"], "shipping": facts["shipping"]})
    return None


def undo(situation: Situation) -> None:
    """Unlock the cart."""
    situation.services.unlock_cart(situation.request.cart_id)
