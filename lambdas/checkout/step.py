"""What a step of the saga is, and what it knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from checkout.checkout import Checkout
from checkout.checkout_input import CheckoutInput
from checkout.repository import CheckoutRepository
from checkout.services import Services

Result: TypeAlias = dict[str, str]
"""What a step leaves in the execution's state: references, nothing personal."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What a step knows.

    Attributes:
        checkout: as it is now.
        repository: where it is kept.
        services: whom it may ask.
        task_token: with which a step that waits is called back.
    """

    checkout: Checkout
    repository: CheckoutRepository
    services: Services
    task_token: str | None = None

    @property
    def request(self) -> CheckoutInput:
        """What the client sent."""
        return CheckoutInput.model_validate_json(self.checkout.request)


class Step(Protocol):
    """A step of the saga."""

    def do(self, situation: Situation) -> Result | None:
        """Do it.

        Raises:
            RefusedError: it cannot be done, and nothing is.
        """

    def undo(self, situation: Situation) -> None:
        """Undo it, if there is anything to undo."""
