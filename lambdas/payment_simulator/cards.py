"""The cards that the simulator knows, and how each behaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LATE_SECONDS = 4.0
"""How late ``card_timeout`` is authorized: later than a client waits that reads for 3 s."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """How a card behaves.

    Attributes:
        decline_code: why it is declined; None when it is not.
        challenged: whether the payer must show who they are first.
        late_seconds: how long the authorization takes.
        deliveries: how many times each webhook about it is sent.
    """

    decline_code: str | None = None
    challenged: bool = False
    late_seconds: float = 0.0
    deliveries: int = 1


CARDS: Mapping[str, Card] = {
    "card_ok": Card(),
    "card_declined": Card(decline_code="card_declined"),
    "card_insufficient_funds": Card(decline_code="insufficient_funds"),
    "card_challenge": Card(challenged=True),
    "card_timeout": Card(late_seconds=LATE_SECONDS),
    "card_answers_twice": Card(deliveries=2),
}

_UNKNOWN = Card(decline_code="invalid_token")


def card(token: str) -> Card:
    """Give the card of a token; one that nobody knows is declined."""
    return CARDS.get(token, _UNKNOWN)
