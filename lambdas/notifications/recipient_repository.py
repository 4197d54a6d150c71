"""Recipients in the table, and what waits for them.

    ORDER#<id>  RECIPIENT           the recipient; without anything of them once they were forgotten
    ORDER#<id>  WAITING#<event id>  what was to be told before the order was known

Whoever learns of an order writes the recipient, then looks for what waits. Whoever has something to tell looks for the
recipient; without one writes that it waits, then looks again. Whatever comes first, one of the two sees the other.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from contracts.email_address import normalized
from notifications.message import Facts, Kind
from notifications.recipient import Recipient
from store.errors import ConditionFailedError
from store.operations import ABSENT, Delete, Item, Put
from store.table import Table

CUSTOMER_INDEX = "customer"
EMAIL_INDEX = "email"
KEPT_SECONDS = 400 * 24 * 60 * 60
"""How long after it was confirmed an order may still be told of: returns and their refunds come late."""

WAITING_SECONDS = 30 * 24 * 60 * 60
_BATCH = 100
_RECIPIENT = "RECIPIENT"
_WAITING = "WAITING#"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What is to be told once the order is known.

    Attributes:
        event_id: of the event that says it.
        kind: of the message.
        facts: what happened.
    """

    event_id: str
    kind: Kind
    facts: Facts


class RecipientRepository:
    """Reads and writes recipients.

    Args:
        table: the service's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def remember(self, recipient: Recipient) -> bool:
        """Keep a recipient unless they are known, or were forgotten; say whether that was news."""
        item: dict[str, object] = {
            "pk": _key(recipient["order_id"]),
            "sk": _RECIPIENT,
            "recipient": json.dumps(recipient, separators=(",", ":"), ensure_ascii=False),
            "email_key": normalized(recipient["email"]),
            "expires_at": int(time.time()) + KEPT_SECONDS,
        }
        if recipient["customer_id"] is not None:
            item["customer_id"] = recipient["customer_id"]
        try:
            self._table.write(Put(item=item, condition=ABSENT))
        except ConditionFailedError:
            return False
        return True

    def find(self, order_id: str) -> Recipient | None:
        """Give whom an order's messages go to, or None when that is not known, not yet or not any more."""
        return _recipient(self._table.get(_key(order_id), _RECIPIENT, consistent=True))

    def was_forgotten(self, order_id: str) -> bool:
        """Say whether an order's recipient was known and is no more."""
        found = self._table.get(_key(order_id), _RECIPIENT, consistent=True)
        return found is not None and "recipient" not in found

    def of_person(self, *, customer_id: str, email: str | None) -> Iterator[Recipient]:
        """Give every order of a person: as a customer, and as a guest of that address if one is given."""
        yield from self._indexed(CUSTOMER_INDEX, "customer_id", customer_id)
        if email is not None:
            for recipient in self._indexed(EMAIL_INDEX, "email_key", normalized(email)):
                # A guest's. What another customer ordered to this address is that customer's.
                if recipient["customer_id"] is None:
                    yield recipient

    def forget(self, order_id: str) -> None:
        """Leave nothing of a recipient but that there was one, so that no replay brings them back."""
        item = {"pk": _key(order_id), "sk": _RECIPIENT, "expires_at": int(time.time()) + KEPT_SECONDS}
        self._table.write(Put(item=item))

    def let_wait(self, order_id: str, waiting: Waiting) -> None:
        """Keep what is to be told when the order is known."""
        item = {
            "pk": _key(order_id),
            "sk": _WAITING + waiting.event_id,
            "kind": waiting.kind,
            "facts": json.dumps(waiting.facts, separators=(",", ":"), ensure_ascii=False),
            "expires_at": int(time.time()) + WAITING_SECONDS,
        }
        self._table.write(Put(item=item))

    def waiting(self, order_id: str) -> list[Waiting]:
        """Give what waits for an order, a hundred at most; it stays until ``told``."""
        found = self._table.query(
            "pk = :pk AND begins_with(sk, :waiting)",
            values={":pk": _key(order_id), ":waiting": _WAITING},
            limit=_BATCH,
            consistent=True,
        )
        return [
            Waiting(
                event_id=str(item["sk"]).removeprefix(_WAITING),
                kind=cast(Kind, item["kind"]),
                facts=json.loads(cast(str, item["facts"])),
            )
            for item in found
        ]

    def told(self, order_id: str, event_id: str) -> None:
        """Let something wait no longer."""
        self._table.write(Delete(pk=_key(order_id), sk=_WAITING + event_id))

    def _indexed(self, index: str, attribute: str, value: str) -> Iterator[Recipient]:
        start: Mapping[str, object] | None = None
        while True:
            found = self._table.query(
                f"{attribute} = :value",
                values={":value": value},
                limit=_BATCH,
                index=index,
                start_after=start,
            )
            yield from (recipient for item in found if (recipient := _recipient(item)) is not None)
            if len(found) < _BATCH:
                return
            start = {name: found[-1][name] for name in ("pk", "sk", attribute)}


def _recipient(item: Item | None) -> Recipient | None:
    if item is None or "recipient" not in item:
        return None
    return cast(Recipient, json.loads(cast(str, item["recipient"])))


def _key(order_id: str) -> str:
    return f"ORDER#{order_id}"
