"""Tells a customer something, now or when the order is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from notifications.delivery import MessageDelivery
from notifications.message import Facts, Kind, language_for
from notifications.recipient import Recipient
from notifications.recipient_repository import RecipientRepository, Waiting
from notifications.writing import write


@dataclass(frozen=True, kw_only=True)
class Notifying:
    """Tells customers.

    Attributes:
        recipients: who they are.
        delivery: sends.
    """

    recipients: RecipientRepository
    delivery: MessageDelivery

    def of_order(self, recipient: Recipient, kind: Kind, facts: Facts, *, event_id: str) -> str:
        """Tell of an order by an event that brings all of it; tell then what has waited for it. Give the outcome."""
        self.recipients.remember(recipient)
        outcome = self._tell(recipient["order_id"], Waiting(event_id=event_id, kind=kind, facts=facts))
        for waiting in self.recipients.waiting(recipient["order_id"]):
            self._tell(recipient["order_id"], waiting)
            self.recipients.told(recipient["order_id"], waiting.event_id)
        return outcome

    def of_order_known_by_id(self, order_id: str, kind: Kind, facts: Facts, *, event_id: str) -> str:
        """Tell of an order by an event that has only its id. Give the outcome."""
        waiting = Waiting(event_id=event_id, kind=kind, facts=facts)
        if self.recipients.find(order_id) is None and not self.recipients.was_forgotten(order_id):
            self.recipients.let_wait(order_id, waiting)
            if self.recipients.find(order_id) is None:
                return "waiting"
            outcome = self._tell(order_id, waiting)
            self.recipients.told(order_id, event_id)
            return outcome
        return self._tell(order_id, waiting)

    def directly(self, email: str, language: str | None, kind: Kind, facts: Facts, *, event_id: str) -> str:
        """Tell somebody of whom nothing is kept. Give the outcome."""
        chosen = language_for(language)
        return self.delivery.deliver(event_id, kind, to=email, write=lambda: write(kind, chosen, facts))

    def _tell(self, order_id: str, waiting: Waiting) -> str:
        recipient = self.recipients.find(order_id)
        if recipient is None:
            return "forgotten"
        facts = {"number": recipient["number"], "name": recipient["name"], **waiting.facts}
        for lines in ("items", "returned"):
            if lines in facts:
                facts[lines] = _named(cast("Sequence[Mapping[str, object]]", facts[lines]), recipient["names"])
        return self.directly(recipient["email"], recipient["language"], waiting.kind, facts, event_id=waiting.event_id)


def _named(lines: Sequence[Mapping[str, object]], names: Mapping[str, str]) -> list[Mapping[str, object]]:
    return [{**line, "name": names.get(str(line["sku"]), line["sku"])} for line in lines]
