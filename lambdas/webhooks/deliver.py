"""Makes attempts. A function of its own, as it alone reads secrets and calls addresses that others chose."""

from __future__ import annotations

from functools import cache

from contracts.webhook_events import WebhookDeliveryDue
from edge.event_application import EventApplication, Taken
from store.table import Table
from webhooks.delivering import Delivering

handler = EventApplication()


@cache
def webhooks_table() -> Table:
    """Give the service's table, opened once a process."""
    return Table()


@handler.on(WebhookDeliveryDue)
def make_attempt(event: WebhookDeliveryDue) -> Taken:
    """Make the attempt that is due."""
    outcome = Delivering(table=webhooks_table()).attempt(event.data)
    due = event.data
    return {"webhook_id": due.webhook_id, "delivery_id": due.delivery_id, "attempt": due.attempt, "outcome": outcome}
