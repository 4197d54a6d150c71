"""What a service tells itself by the clock."""

from __future__ import annotations

from typing import ClassVar

from contracts.envelope import DomainEvent
from contracts.model import Contract


class Nothing(Contract):
    """There is nothing to say but that it is time."""


class ReservationSweepDue(DomainEvent[Nothing]):
    """It is time to release what has run out. The clock sends it to the inventory's queue, never to the bus."""

    source: ClassVar[str] = "storefront.inventory"
    detail_type: ClassVar[str] = "ReservationSweepDue"


class PaymentSweepDue(DomainEvent[Nothing]):
    """It is time to ask the provider about payments that wait. For the queue of the payments service alone."""

    source: ClassVar[str] = "storefront.payments"
    detail_type: ClassVar[str] = "PaymentSweepDue"


class PersonalDataCheckDue(DomainEvent[Nothing]):
    """It is time to look who has not answered for a person's data. For the queue of the customers service alone."""

    source: ClassVar[str] = "storefront.customers"
    detail_type: ClassVar[str] = "PersonalDataCheckDue"


class WebhookSweepDue(DomainEvent[Nothing]):
    """It is time to look which deliveries are due. For the queue of the webhooks service alone."""

    source: ClassVar[str] = "storefront.webhooks"
    detail_type: ClassVar[str] = "WebhookSweepDue"


class IndexCheckDue(DomainEvent[Nothing]):
    """It is time to look whether the index is there and of the schema of the code. For the queue of search alone."""

    source: ClassVar[str] = "storefront.search"
    detail_type: ClassVar[str] = "IndexCheckDue"
