"""The events of the webhooks service."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.envelope import DomainEvent
from contracts.model import Contract, Identifier


class DueDelivery(Contract):
    """A delivery that is to be attempted.

    Attributes:
        webhook_id: where to.
        delivery_id: what.
        attempt: which attempt it is, from 1.
    """

    webhook_id: Identifier
    delivery_id: Identifier
    attempt: Annotated[int, Field(ge=1)]


class WebhookDeliveryDue(DomainEvent[DueDelivery]):
    """It is time to attempt a delivery. The service says it to itself."""

    source: ClassVar[str] = "storefront.webhooks"
    detail_type: ClassVar[str] = "WebhookDeliveryDue"


class UnreachableWebhook(Contract):
    """A webhook that is sent nothing more until it is enabled again.

    Attributes:
        webhook_id: which.
        reason: ``gone`` when it answered 410, ``failing`` when nothing arrived through all attempts of a delivery.
    """

    webhook_id: Identifier
    reason: Literal["gone", "failing"]


class WebhookDisabled(DomainEvent[UnreachableWebhook]):
    """A webhook was disabled, as its address takes nothing."""

    source: ClassVar[str] = "storefront.webhooks"
    detail_type: ClassVar[str] = "WebhookDisabled"
