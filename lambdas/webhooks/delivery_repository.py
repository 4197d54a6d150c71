"""Deliveries in the table.

    WEBHOOK#<id>  DELIVERY#<delivery id>   the delivery, for 30 days

Every change is one transaction under the condition that nobody changed it meanwhile, with the event that lets it be
attempted, when it is to be. `due_at` is always set while a delivery has not ended: should that event, or whoever takes
it, be lost, the clock's sweep finds the delivery.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from contracts.webhook_events import DueDelivery, WebhookDeliveryDue
from edge.identifier import is_identifier
from outbox.record import current_trace_header, outbox_record
from store.errors import TransactionCanceledError
from store.operations import ABSENT, Condition, Item, Operation, Put
from store.table import Table
from webhooks.delivery import Attempt, Delivery, text_of
from webhooks.webhook_repository import key_of

DUE_INDEX = "due"
CLAIM = timedelta(minutes=5)
"""How long an attempt may be under way before it counts as lost: more than a function runs."""

RETENTION_SECONDS = 30 * 24 * 60 * 60
MAXIMUM_ATTEMPTS_KEPT = 20
_PREFIX = "DELIVERY#"
_DUE = "DUE"
_ENDED = "-"
"""For a time, in what has ended: it is in no index."""


class DeliveryRepository:
    """Reads and writes deliveries.

    Args:
        table: the service's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, webhook_id: str, id: str) -> Delivery | None:
        """Give a delivery after every write so far, or None when there is none."""
        if not is_identifier(id):
            return None
        found = self._table.get(key_of(webhook_id), _PREFIX + id, consistent=True)
        return None if found is None else _delivery(found)

    def page(self, webhook_id: str, *, before: str | None, limit: int) -> list[Delivery]:
        """Give deliveries, those of the newest events first.

        Args:
            webhook_id: whose.
            before: only those after this id in the list.
            limit: how many at most.
        """
        found = self._table.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            values={
                ":pk": key_of(webhook_id),
                ":first": _PREFIX,
                # The characters of ids are all greater than "!".
                ":last": _PREFIX + (f"{before[:-1]}{chr(ord(before[-1]) - 1)}~" if before else "~"),
            },
            limit=limit,
            forward=False,
        )
        return [_delivery(item) for item in found]

    def begin(self, delivery: Delivery) -> bool:
        """Keep a new delivery and let it be attempted; say whether it was new."""
        try:
            self._table.transact([Put(item=_item(delivery), condition=ABSENT), attempt_of(delivery)])
        except TransactionCanceledError:
            if self.find(delivery["webhook_id"], delivery["id"]) is None:
                raise
            return False
        return True

    def change(self, before: Delivery, after: Delivery, *, also: Sequence[Operation] = ()) -> bool:
        """Write a delivery as it is now, unless somebody else has; say whether it was written.

        Args:
            before: as it was read.
            after: as it shall be.
            also: writes of the same transaction.
        """
        unchanged = Condition(
            expression="#state = :state AND attempt = :attempt AND begun_at = :begun_at AND due_at = :due_at",
            names={"#state": "state"},
            values={
                ":state": before["state"],
                ":attempt": before["attempt"],
                ":begun_at": before["begun_at"],
                ":due_at": before["due_at"] or _ENDED,
            },
        )
        try:
            self._table.transact([Put(item=_item(after), condition=unchanged), *also])
        except TransactionCanceledError:
            return False
        return True

    def due(self, *, now: datetime, limit: int) -> list[Delivery]:
        """Give deliveries that should have been looked at by now, those first that have waited longest."""
        found = self._table.query(
            "due = :due AND due_at <= :now", values={":due": _DUE, ":now": text_of(now)}, limit=limit, index=DUE_INDEX
        )
        return [_delivery(item) for item in found]


def attempt_of(delivery: Delivery) -> Put:
    """Give the write that lets a delivery's next attempt be made."""
    data = DueDelivery(webhook_id=delivery["webhook_id"], delivery_id=delivery["id"], attempt=delivery["attempt"] + 1)
    return outbox_record(
        WebhookDeliveryDue.of(data, correlation_id=delivery["correlation_id"], trace_header=current_trace_header())
    )


def _item(delivery: Delivery) -> Item:
    item = {
        **delivery,
        "pk": key_of(delivery["webhook_id"]),
        "sk": _PREFIX + delivery["id"],
        "attempts": json.dumps(delivery["attempts"][-MAXIMUM_ATTEMPTS_KEPT:], separators=(",", ":")),
        "due_at": delivery["due_at"] or _ENDED,
        "expires_at": int(time.time()) + RETENTION_SECONDS,
    }
    return item if delivery["due_at"] is None else {**item, "due": _DUE}


def _delivery(item: Item) -> Delivery:
    attempts: list[Attempt] = json.loads(cast(str, item["attempts"]))
    due_at = cast(str, item["due_at"])
    names = ("id", "webhook_id", "type", "body", "state", "attempt", "begun_at", "correlation_id")
    known = {name: item[name] for name in names}
    return cast(Delivery, {**known, "attempts": attempts, "due_at": None if due_at == _ENDED else due_at})
