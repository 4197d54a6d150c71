"""Lets what is due be attempted: after a pause, or because an attempt was lost."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from store.table import Table
from webhooks.delivery import Delivery, text_of
from webhooks.delivery_repository import CLAIM, DeliveryRepository, attempt_of
from webhooks.schedule import ATTEMPTS

MAXIMUM_SWEPT = 100
"""Of one sweep; the next comes a minute later."""


def sweep(table: Table, *, now: datetime) -> int:
    """Let deliveries be attempted that are due; give how many.

    Args:
        table: the service's.
        now: the time.
    """
    deliveries = DeliveryRepository(table)
    swept = 0
    for found in deliveries.due(now=now, limit=MAXIMUM_SWEPT):
        # A last attempt that was lost is made once more: without that nobody would know how it ended.
        attempt = min(found["attempt"], ATTEMPTS - 1)
        again = cast(Delivery, {**found, "attempt": attempt, "due_at": text_of(now + CLAIM)})
        swept += deliveries.change(found, again, also=[attempt_of(again)])
    return swept
