"""Sends each message once, as far as that is possible.

    MESSAGE#<event id>  <kind>   state: sending, sent, refused; claimed_until

SES knows no idempotency, so a message is claimed before it is handed over and marked after. Between the two a crash
leaves "sending" for good, and nobody knows whether SES has it. Then it is sent again once the claim has run out: rarely
twice, never not at all. A parcel that nobody was told of is worse than a message that comes twice.

    first time                         claim, send, mark
    the same event again, later        it is sent: nothing happens
    the same event at the same time    it is claimed: the second comes again after the queue's pause
    SES refuses for now, or for good   the claim is given back and the event comes again; or it is marked refused
    a crash, or no answer in time      the claim runs out before the queue delivers again: it is sent again
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from notifications.message import Email, Kind
from notifications.sender import NotSentError, RefusedError, Sender
from store.errors import ConditionFailedError
from store.operations import Condition, Update
from store.table import Table

CLAIM_SECONDS = 120
"""Longer than a function runs (a minute), shorter than the queue waits before it delivers again (six)."""

KEPT_SECONDS = 400 * 24 * 60 * 60
"""How long a message is known: longer than any archive is kept, so that a replay sends nothing."""

Outcome = Literal["sent", "sent before", "refused"]


class BeingSentError(Exception):
    """Another invocation is sending the message at this moment."""


class MessageDelivery:
    """Sends messages and remembers that.

    Args:
        table: the service's.
        sender: hands them over.
        now: seconds since 1970.
    """

    def __init__(self, table: Table, sender: Sender, *, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._sender = sender
        self._now = now

    def deliver(self, event_id: str, kind: Kind, *, to: str, write: Callable[[], Email]) -> Outcome:
        """Send a message unless it was.

        Args:
            event_id: of the event that it tells of.
            kind: of the message.
            to: the address.
            write: gives it; called only when it is sent.

        Raises:
            BeingSentError: it is claimed; try again later.
            NotSentError: SES does not take it for now, or it is not known whether it did.
        """
        pk = f"MESSAGE#{event_id}"
        if not self._claimed(pk, kind):
            return "sent before"
        try:
            self._sender.send(write(), to=to)
        except RefusedError:
            self._mark(pk, kind, "refused")
            return "refused"
        except NotSentError as error:
            if error.is_certain:
                self._mark(pk, kind, "sending", claimed_until=0)
            raise
        self._mark(pk, kind, "sent")
        return "sent"

    def _claimed(self, pk: str, kind: Kind) -> bool:
        now = int(self._now())
        is_free = Condition(
            expression="attribute_not_exists(pk) OR (#state = :sending AND claimed_until <= :now)",
            values={":now": now},
        )
        try:
            self._table.write(self._update(pk, kind, "sending", claimed_until=now + CLAIM_SECONDS, condition=is_free))
        except ConditionFailedError:
            found = self._table.get(pk, kind, consistent=True)
            if found is not None and found["state"] == "sending":
                raise BeingSentError(f"the message of event {pk.partition('#')[2]} is being sent") from None
            return False
        return True

    def _mark(self, pk: str, kind: Kind, state: str, *, claimed_until: int = 0) -> None:
        self._table.write(self._update(pk, kind, state, claimed_until=claimed_until))

    def _update(
        self, pk: str, kind: Kind, state: str, *, claimed_until: int, condition: Condition | None = None
    ) -> Update:
        values: dict[str, object] = {
            ":state": state,
            ":until": claimed_until,
            ":expires": int(self._now()) + KEPT_SECONDS,
        }
        if condition is not None:
            values[":sending"] = "sending"
        return Update(
            pk=pk,
            sk=kind,
            expression="SET #state = :state, claimed_until = :until, expires_at = :expires",
            names={"#state": "state"},
            values=values,
            condition=condition,
        )
