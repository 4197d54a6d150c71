"""The event by which the payment simulator reminds itself to send a webhook."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.envelope import DomainEvent
from contracts.model import Contract
from contracts.payment_simulator import AuthorizationDocument


class AuthorizationUpdate(Contract):
    """A change of an authorization that the merchant shall hear of.

    Attributes:
        deliveries: how many times the webhook is sent; more than once plays a provider that repeats itself.
    """

    authorization: AuthorizationDocument
    deliveries: Annotated[int, Field(ge=1, le=5)] = 1


class AuthorizationUpdated(DomainEvent[AuthorizationUpdate]):
    """An authorization at the payment simulator changed. Others hear of payments from the payments service."""

    source: ClassVar[str] = "storefront.payment-simulator"
    detail_type: ClassVar[str] = "AuthorizationUpdated"
