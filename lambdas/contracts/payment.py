"""A payment, as the services that ask for it and the one that keeps it speak of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from contracts.email_address import EmailAddress
from contracts.model import Contract, Identifier
from contracts.money import Money

PaymentStatus = Literal["pending", "authorized", "declined", "captured", "partially_refunded", "refunded", "voided"]
"""Where a payment stands.

``pending``: the outcome is not known yet, an event follows; ``authorized``: the amount is held; ``declined`` and
``voided``: nothing is held; ``captured`` and the two after it: the amount was taken, and none, some or all of it given
back.
"""

RefundStatus = Literal["pending", "succeeded", "failed"]

DeclineCode = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9_]{0,63}$",
        description="Why it was declined, e.g. card_declined, insufficient_funds, challenge_failed or invalid_token.",
    ),
]

PaymentToken = Annotated[
    str,
    Field(
        min_length=1,
        max_length=255,
        pattern=r"^[A-Za-z0-9._~:-]+$",
        description="What the provider gave the client for a card. A card's number is never sent here.",
    ),
]


def _not_nothing(money: Money) -> Money:
    if money.amount == 0:
        raise ValueError("amount must be at least 1 minor unit")
    return money


PayableMoney = Annotated[Money, AfterValidator(_not_nothing)]
"""An amount that can be paid or given back: at least 1 minor unit."""


class PaymentMethod(Contract):
    """What is paid with.

    Attributes:
        token: of the provider; the built-in one knows test tokens such as ``card_ok``.
    """

    token: PaymentToken


class PaymentRequest(Contract):
    """The body of ``PUT /v1/payments/{id}``: authorize this amount.

    Attributes:
        amount: what is held.
        email: whose payment it is. The provider may look at it; the payments service does not keep it.
    """

    checkout_id: Identifier
    order_id: Identifier
    amount: PayableMoney
    method: PaymentMethod
    email: EmailAddress | None = None


class RefundRequest(Contract):
    """The body of ``POST /v1/payments/{id}/refunds``.

    Attributes:
        amount: what is given back; all that is left of the captured amount when left out.
    """

    amount: PayableMoney | None = None


class Refund(Contract):
    """What was, or is being, given back.

    Attributes:
        id: made from the request's ``Idempotency-Key``.
        status: ``pending`` until the provider has said what became of it; who asks again makes it go on.
    """

    id: Identifier
    amount: Money
    status: RefundStatus


class Payment(Contract):
    """The answer of every call about a payment.

    Attributes:
        amount: what was to be authorized.
        captured: what was taken; nothing or the whole amount.
        refunded: what was given back of it, pending refunds left out.
        decline_code: why it was declined.
        challenge_url: where the payer shows who they are, as long as the payment waits for that.
        provider: who authorized it, e.g. ``payment_simulator``.
        provider_reference: the provider's id of it, once known.
    """

    id: Identifier
    checkout_id: Identifier
    order_id: Identifier
    status: PaymentStatus
    amount: Money
    captured: Money
    refunded: Money
    refunds: Annotated[tuple[Refund, ...], Field(strict=False)] = ()
    decline_code: DeclineCode | None = None
    challenge_url: Annotated[str, Field(max_length=2048)] | None = None
    provider: Annotated[str, Field(min_length=1, max_length=64)]
    provider_reference: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    created_at: Annotated[AwareDatetime, Field(strict=False)]
    updated_at: Annotated[AwareDatetime, Field(strict=False)]
