"""Hears every event that is offered to partners, and the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from contracts.envelope import DomainEvent
from contracts.model import Contract
from contracts.schedule_events import WebhookSweepDue
from edge.event_application import EventApplication, Taken
from edge.response import json_text
from store.table import Table
from webhooks.delivery import Delivery, delivery_id, text_of
from webhooks.delivery_repository import CLAIM, DeliveryRepository
from webhooks.offered import OFFERS, TYPES, payload_of
from webhooks.sweeping import sweep
from webhooks.webhook_repository import WebhookRepository

handler = EventApplication()


@cache
def webhooks_table() -> Table:
    """Give the service's table, opened once a process."""
    return Table()


def begin_deliveries(event: DomainEvent[Contract]) -> Taken:
    """Begin a delivery to each webhook that wants the event; one that was begun before stays as it is."""
    table = webhooks_table()
    event_type = TYPES[event.__class__]
    wanting = WebhookRepository(table).wanting(event_type, event_id=event.metadata.event_id)
    if not wanting:
        return {"webhooks": 0, "begun": 0}
    body, now = json_text(payload_of(event)), datetime.now(UTC)
    begun = 0
    for webhook_id in wanting:
        delivery = Delivery(
            id=delivery_id(event.metadata.event_id, occurred_at=event.metadata.occurred_at),
            webhook_id=webhook_id,
            type=event_type,
            body=body,
            state="pending",
            attempt=0,
            attempts=(),
            due_at=text_of(now + CLAIM),
            begun_at=text_of(now),
            correlation_id=event.metadata.correlation_id,
        )
        begun += DeliveryRepository(table).begin(delivery)
    return {"webhooks": len(wanting), "begun": begun}


for offer in OFFERS.values():
    handler.on(offer.contract)(begin_deliveries)


@handler.on(WebhookSweepDue)
def sweep_due(_event: WebhookSweepDue) -> Taken:
    """Let what is due be attempted."""
    return {"swept": sweep(webhooks_table(), now=datetime.now(UTC))}
