"""What a provider says of a payment, in words that are no provider's own."""

from __future__ import annotations

from dataclasses import dataclass, field

PENDING, AUTHORIZED, DECLINED, CAPTURED, VOIDED = "pending", "authorized", "declined", "captured", "voided"
STATUSES = (PENDING, AUTHORIZED, DECLINED, CAPTURED, VOIDED)


@dataclass(frozen=True, kw_only=True)
class Observation:
    """A payment as its provider knew it at some moment, which may be long ago.

    Attributes:
        payment_id: ours.
        provider_reference: the provider's id of it; None when it has none.
        status: one of ``STATUSES``; ``captured`` whatever was given back since.
        decline_code: why it was declined.
        challenge_url: where the payer shows who they are.
        refunds: our ids of the refunds that the provider has made.
    """

    payment_id: str
    provider_reference: str | None
    status: str
    decline_code: str | None = None
    challenge_url: str | None = None
    refunds: frozenset[str] = field(default_factory=frozenset)
