"""The events of checkout."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.email_address import EmailAddress
from contracts.envelope import DomainEvent
from contracts.model import Contract, Identifier
from contracts.money import Money
from contracts.order import Language


class EndedCheckout(Contract):
    """What every event says of its checkout.

    Attributes:
        checkout_id: which.
        cart_id: what was to be bought.
        customer_id: of a signed-in customer; None for a guest.
        email: where messages go.
        language: what the customer reads.
    """

    checkout_id: Identifier
    cart_id: Identifier
    customer_id: Identifier | None = None
    email: EmailAddress
    language: Language | None = None


class CompletedCheckout(EndedCheckout):
    """A checkout that became an order.

    Attributes:
        order_id: the order.
        total: what was paid.
    """

    order_id: Identifier
    total: Money


class AbandonedCheckout(EndedCheckout):
    """A checkout that left nothing behind: nothing is captured, and no stock is held.

    Attributes:
        kind: why, as the end of a problem's type, such as ``insufficient-stock``.
        detail: why, in words.
    """

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
    detail: Annotated[str, Field(max_length=1000)]


class CheckoutCompleted(DomainEvent[CompletedCheckout]):
    """A checkout became an order: it is paid for, and its stock is its own."""

    source: ClassVar[str] = "storefront.checkout"
    detail_type: ClassVar[str] = "CheckoutCompleted"


class CheckoutFailed(DomainEvent[AbandonedCheckout]):
    """A checkout failed, and everything it had done was undone."""

    source: ClassVar[str] = "storefront.checkout"
    detail_type: ClassVar[str] = "CheckoutFailed"
