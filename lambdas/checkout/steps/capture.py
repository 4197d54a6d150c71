"""The money is taken."""

from __future__ import annotations

from checkout.step import Result, Situation
from checkout.steps.price import quote_of


def do(situation: Situation) -> Result | None:
    """Capture what is authorized."""
    if quote_of(situation).total.amount > 0:
        situation.services.capture()
    return None


def undo(situation: Situation) -> None:
    """Give it back."""
    if quote_of(situation).total.amount > 0:
        situation.services.refund()
