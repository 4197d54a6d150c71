"""Makes an attempt, and says what comes after it.

    pending --2xx--> succeeded
    pending --anything else--> pending, due after a pause; after the last attempt: failed
    failed, succeeded --by hand--> pending

An attempt is claimed before the call and written down after it. A crash between leaves it claimed; five minutes later
it is attempted again: at least once, as the receiver is told (``webhook-id`` stays the same).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from standardwebhooks.webhooks import Webhook as Signer

from contracts.webhook_events import DueDelivery, UnreachableWebhook, WebhookDisabled
from outbox.record import current_trace_header, outbox_record
from store.operations import Operation
from store.table import Table
from webhooks import calling, secret
from webhooks.calling import Outcome
from webhooks.delivery import Attempt, Delivery, text_of
from webhooks.delivery_repository import CLAIM, DeliveryRepository
from webhooks.schedule import pause_after
from webhooks.webhook import Webhook
from webhooks.webhook_repository import WebhookRepository


@dataclass(frozen=True, kw_only=True)
class Delivering:
    """Makes attempts.

    Attributes:
        table: the service's.
        now: gives the time.
    """

    table: Table
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def attempt(self, due: DueDelivery) -> str:
        """Make an attempt unless it was made, is being made, or nobody wants it any more; give what became of it."""
        deliveries = DeliveryRepository(self.table)
        found = deliveries.find(due.webhook_id, due.delivery_id)
        if found is None or found["state"] != "pending" or found["attempt"] != due.attempt - 1:
            return "made before"
        webhook = WebhookRepository(self.table).find(due.webhook_id)
        if webhook is None or webhook["state"] == "disabled":
            deliveries.change(found, _ended(found, "failed"))
            return "not wanted"
        claimed = cast(Delivery, {**found, "attempt": due.attempt, "due_at": text_of(self.now() + CLAIM)})
        if not deliveries.change(found, claimed):
            return "made before"
        outcome = self._call(webhook, claimed)
        return self._write_down(webhook, claimed, outcome)

    def _call(self, webhook: Webhook, delivery: Delivery) -> Outcome:
        now = self.now()
        signer = Signer(secret.decrypted(webhook["secret"], webhook_id=webhook["id"]))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "storefront-webhooks/1",
            "webhook-id": delivery["id"],
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signer.sign(msg_id=delivery["id"], timestamp=now, data=delivery["body"]),
        }
        return calling.call(webhook["url"], body=delivery["body"].encode(), headers=headers)

    def _write_down(self, webhook: Webhook, delivery: Delivery, outcome: Outcome) -> str:
        deliveries, webhooks = DeliveryRepository(self.table), WebhookRepository(self.table)
        now = self.now()
        made = Attempt(at=text_of(now), status=outcome.status, error=outcome.error)
        tried = cast(Delivery, {**delivery, "attempts": [*delivery["attempts"], made]})
        if outcome.is_success:
            deliveries.change(delivery, _ended(tried, "succeeded"))
            webhooks.arrived(webhook["id"], at=text_of(now))
            return "succeeded"
        pause = None if outcome.is_gone else pause_after(delivery["attempt"])
        if pause is not None:
            deliveries.change(delivery, cast(Delivery, {**tried, "due_at": text_of(now + pause)}))
            return "to be attempted again"
        ended = _ended(tried, "failed")
        current = webhooks.find(webhook["id"])
        if current is None or not _is_to_be_disabled(current, delivery, outcome):
            deliveries.change(delivery, ended)
            return "failed"
        disabling = self._disabling(current, delivery, reason="gone" if outcome.is_gone else "failing")
        # Should the webhook be changed at this moment, the claim runs out, and the last attempt is made again.
        deliveries.change(delivery, ended, also=disabling)
        return "failed, webhook disabled"

    def _disabling(self, webhook: Webhook, delivery: Delivery, *, reason: str) -> list[Operation]:
        said = WebhookDisabled.of(
            UnreachableWebhook.model_validate({"webhook_id": webhook["id"], "reason": reason}),
            correlation_id=delivery["correlation_id"],
            trace_header=current_trace_header(),
        )
        return [*WebhookRepository(self.table).disabling(webhook, reason=reason), outbox_record(said)]


def _ended(delivery: Delivery, state: str) -> Delivery:
    return cast(Delivery, {**delivery, "state": state, "due_at": None})


def _is_to_be_disabled(webhook: Webhook, delivery: Delivery, outcome: Outcome) -> bool:
    if webhook["state"] == "disabled":
        return False
    arrived = webhook["succeeded_at"]
    return outcome.is_gone or arrived is None or arrived < delivery["begun_at"]
