"""The events of the payments service."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.envelope import DomainEvent
from contracts.model import Contract, Identifier
from contracts.money import Money
from contracts.payment import DeclineCode

__all__ = [
    "AuthorizedPayment",
    "CapturedPayment",
    "ChallengedPayment",
    "DeclinedPayment",
    "PaymentAuthorized",
    "PaymentCaptured",
    "PaymentChallenged",
    "PaymentDeclined",
    "PaymentRefunded",
    "PaymentVoided",
    "RefundedPayment",
    "VoidedPayment",
]


class _AnyPayment(Contract):
    """What every event says of its payment.

    Attributes:
        amount: what the event speaks of: the amount held, taken or let go, or the one refund's.
    """

    payment_id: Identifier
    checkout_id: Identifier
    order_id: Identifier
    amount: Money


class AuthorizedPayment(_AnyPayment):
    """A payment whose amount is held."""


class ChallengedPayment(_AnyPayment):
    """A payment that waits until its payer has shown who they are.

    Attributes:
        challenge_url: where the payer does so.
    """

    challenge_url: Annotated[str, Field(max_length=2048)]


class DeclinedPayment(_AnyPayment):
    """A payment that the provider refused.

    Attributes:
        decline_code: why.
    """

    decline_code: DeclineCode


class CapturedPayment(_AnyPayment):
    """A payment that was taken."""


class VoidedPayment(_AnyPayment):
    """A payment of which nothing is held and nothing will be."""


class RefundedPayment(_AnyPayment):
    """A payment of which some or all was given back.

    Attributes:
        refund_id: which of its refunds; its amount is ``amount``.
        refunded: all that was given back of the payment, this refund included.
        captured: what was taken.
    """

    refund_id: Identifier
    refunded: Money
    captured: Money


class PaymentAuthorized(DomainEvent[AuthorizedPayment]):
    """A payment's amount is held."""

    source: ClassVar[str] = "storefront.payments"
    detail_type: ClassVar[str] = "PaymentAuthorized"


class PaymentChallenged(DomainEvent[ChallengedPayment]):
    """A payment waits for its payer."""

    source: ClassVar[str] = "storefront.payments"
    detail_type: ClassVar[str] = "PaymentChallenged"


class PaymentDeclined(DomainEvent[DeclinedPayment]):
    """A payment was refused; nothing is held."""

    source: ClassVar[str] = "storefront.payments"
    detail_type: ClassVar[str] = "PaymentDeclined"


class PaymentCaptured(DomainEvent[CapturedPayment]):
    """A payment was taken."""

    source: ClassVar[str] = "storefront.payments"
    detail_type: ClassVar[str] = "PaymentCaptured"


class PaymentVoided(DomainEvent[VoidedPayment]):
    """Nothing of a payment is held any more, and it can no longer be taken."""

    source: ClassVar[str] = "storefront.payments"
    detail_type: ClassVar[str] = "PaymentVoided"


class PaymentRefunded(DomainEvent[RefundedPayment]):
    """A refund reached the provider: some or all of a payment was given back."""

    source: ClassVar[str] = "storefront.payments"
    detail_type: ClassVar[str] = "PaymentRefunded"
