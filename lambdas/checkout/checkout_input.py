"""What a client says to check out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from contracts.address import Address
from contracts.email_address import EmailAddress
from contracts.model import Contract, Identifier
from contracts.money import Money
from contracts.order import Language, Reason
from contracts.payment import PaymentMethod


class CheckoutInput(Contract):
    """The body of ``POST /v1/checkouts``. No price in it decides anything.

    Attributes:
        cart_id: what is bought.
        email: where messages go.
        shipping_address: where the goods go.
        shipping_option: id of one of the options that ``POST /v1/shipping/quotes`` offers for it.
        payment_method: what is paid with.
        language: what the customer reads.
        expected_total: what the client showed; when the price is another one by now, the checkout fails rather than
            charge it.
    """

    cart_id: Identifier
    email: EmailAddress
    shipping_address: Address
    shipping_option: Identifier
    payment_method: PaymentMethod
    language: Language | None = None
    expected_total: Money | None = None


class ReviewInput(Contract):
    """The body of ``POST /v1/checkouts/{id}/review``.

    Attributes:
        decision: whether the order is made.
        reason: why not, for the merchant's own records.
    """

    decision: Literal["approve", "reject"]
    reason: Annotated[Reason | None, Field()] = None
