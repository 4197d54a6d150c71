"""What the payment simulator is asked and what it answers, as a provider's documentation would have it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from contracts.email_address import EmailAddress
from contracts.model import Contract, Identifier
from contracts.money import Money
from contracts.payment import DeclineCode, PayableMoney

AuthorizationStatus = Literal["pending", "authorized", "declined", "captured", "voided"]

MAXIMUM_REFUNDS = 1000
"""Far more than the largest webhook holds."""

CardToken = Annotated[str, Field(min_length=1, max_length=255)]


class AuthorizationRequest(Contract):
    """The body of ``POST /v1/payment-simulator/authorizations``.

    Attributes:
        reference: the merchant's own id of the payment; what it is found by again.
        token: the card. One that the simulator does not know is declined with ``invalid_token``.
    """

    reference: Identifier
    amount: PayableMoney
    token: CardToken
    email: EmailAddress | None = None


class SimulatorRefundRequest(Contract):
    """The body of ``POST /v1/payment-simulator/authorizations/{id}/refunds``.

    Attributes:
        reference: the merchant's own id of the refund.
    """

    reference: Identifier
    amount: PayableMoney


class ChallengeOutcome(Contract):
    """The body of ``POST /v1/payment-simulator/challenges/{id}``: whether the payer has shown who they are."""

    outcome: Literal["passed", "failed"]


class SimulatorRefund(Contract):
    """A part of a captured amount that was given back."""

    reference: Identifier
    amount: Money


class AuthorizationDocument(Contract):
    """The answer of every call, and what a webhook carries.

    Attributes:
        id: the simulator's.
        sequence: grows with every change.
    """

    id: Identifier
    reference: Identifier
    status: AuthorizationStatus
    amount: Money
    refunds: Annotated[tuple[SimulatorRefund, ...], Field(strict=False, max_length=MAXIMUM_REFUNDS)] = ()
    decline_code: DeclineCode | None = None
    challenge_url: Annotated[str, Field(max_length=2048)] | None = None
    sequence: Annotated[int, Field(ge=1, le=10**9)]
    created_at: Annotated[AwareDatetime, Field(strict=False)]


class WebhookMessage(Contract):
    """The body of a webhook, signed in the header ``Payment-Simulator-Signature``.

    Attributes:
        id: of the change it tells of; the same in every delivery.
        type: always ``authorization.updated``.
        data: the authorization after the change. A later message may arrive first.
    """

    id: Annotated[str, Field(min_length=1, max_length=64)]
    type: Literal["authorization.updated"]
    data: AuthorizationDocument
