"""The stock is held for this checkout."""

from __future__ import annotations

from checkout.step import Result, Situation
from contracts.cart import LockedCart

HELD_SECONDS = 24 * 60 * 60
"""Longer than a payment and a review may take together, and the patience of the last step."""


def do(situation: Situation) -> Result | None:
    """Hold what is in the cart."""
    cart = LockedCart.model_validate_json(situation.checkout.cart or "")
    situation.services.reserve(cart.items, expires_in_seconds=HELD_SECONDS)
    return None


def undo(situation: Situation) -> None:
    """Hold nothing."""
    situation.services.release()
