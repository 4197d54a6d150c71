"""Webhooks in the table.

WEBHOOK#<id>    WEBHOOK       the webhook
OWNER#<owner>   COUNT         how many there are
OWNER#<owner>   WEBHOOK#<id>  that it is one of the owner's
TYPE#<type>#<0…7>  <id>       that it wants those events now: enabled ones only

Who wants a type is asked for each event. It stands in several partitions, each asked for its part of the events.
"""

from __future__ import annotations

from typing import cast

from edge.identifier import is_identifier
from store.contention import until_written
from store.errors import ConditionFailedError, TransactionCanceledError
from store.operations import ABSENT, Condition, Delete, Item, Operation, Put, Update, version_is
from store.shards import shard_number
from store.table import Table
from webhooks.webhook import Webhook

MAXIMUM_WEBHOOKS = 50
"""Of one owner."""

COPIES = 8
"""In how many partitions it stands who wants a type: one gives 3,000 read units a second, and each event takes one. A
webhook that wants all ten types is then written by 83 of the 100 operations that a transaction has."""

WEBHOOK = "WEBHOOK"
_OWNED = "WEBHOOK#"
_BATCH = 100
_LAST = "\uffff"


class TooManyWebhooksError(Exception):
    """The owner has as many as there may be."""


class WebhookRepository:
    """Reads and writes webhooks.

    Args:
        table: the service's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, id: str) -> Webhook | None:
        """Give a webhook after every write so far, or None when there is none."""
        return _webhook(self._table.get(key_of(id), WEBHOOK, consistent=True)) if is_identifier(id) else None

    def page(self, owner: str, *, after: str, limit: int) -> list[Webhook]:
        """Give an owner's webhooks in the order of their ids.

        Args:
            owner: whose.
            after: only those after this id; "" for all.
            limit: how many at most, 100 or fewer.
        """
        found = self._table.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            values={
                ":pk": f"OWNER#{owner}",
                ":first": f"{_OWNED}{after}" + (" " if after else ""),
                ":last": _OWNED + _LAST,
            },
            limit=limit,
            consistent=True,
        )
        ids = [str(item["sk"]).removeprefix(_OWNED) for item in found]
        known = {str(item["id"]): item for item in self._table.get_many([(key_of(owned), WEBHOOK) for owned in ids])}
        return [cast(Webhook, known[owned]) for owned in ids if owned in known]

    def wanting(self, type: str, *, event_id: str) -> list[str]:
        """Give the ids of all webhooks that want events of a type after every write so far.

        Args:
            type: of the event.
            event_id: its id, which says whom of those that know to ask.
        """
        pk = wanting_key(type, copy_of(event_id))
        ids: list[str] = []
        while True:
            found = self._table.query(
                "pk = :pk AND sk > :after",
                values={":pk": pk, ":after": ids[-1] if ids else " "},
                limit=_BATCH,
                consistent=True,
            )
            ids += [str(item["sk"]) for item in found]
            if len(found) < _BATCH:
                return ids

    def add(self, webhook: Webhook) -> None:
        """Keep a new webhook.

        Raises:
            TooManyWebhooksError: its owner has 50.
        """
        owner = f"OWNER#{webhook['owner']}"
        count = Update(
            pk=owner,
            sk="COUNT",
            expression="ADD webhooks :one",
            values={":one": 1},
            condition=Condition(
                expression="attribute_not_exists(webhooks) OR webhooks < :most", values={":most": MAXIMUM_WEBHOOKS}
            ),
        )

        def write(_attempt: int) -> None:
            found = self._table.get(owner, "COUNT", consistent=True)
            if found is not None and cast(int, found["webhooks"]) >= MAXIMUM_WEBHOOKS:
                raise TooManyWebhooksError
            self._table.transact(
                [
                    count,
                    Put(item=_item(webhook), condition=ABSENT),
                    Put(item={"pk": owner, "sk": _OWNED + webhook["id"]}),
                    *wanted(webhook),
                ]
            )

        until_written(write, what="the webhooks of one owner")

    def delete(self, webhook: Webhook) -> None:
        """Delete a webhook; what was to be delivered is not."""
        owner = f"OWNER#{webhook['owner']}"
        exists = Condition(expression="attribute_exists(pk)")
        operations: list[Operation] = [
            Update(pk=owner, sk="COUNT", expression="ADD webhooks :one", values={":one": -1}),
            Delete(pk=key_of(webhook["id"]), sk=WEBHOOK, condition=exists),
            Delete(pk=owner, sk=_OWNED + webhook["id"]),
            *_unwanted(webhook),
        ]

        def write(_attempt: int) -> None:
            if self.find(webhook["id"]) is not None:
                self._table.transact(operations)

        until_written(write, what="the webhooks of one owner")

    def enable(self, webhook: Webhook) -> Webhook:
        """Let a webhook be sent events again."""

        def write(_attempt: int) -> Webhook:
            current = self.find(webhook["id"]) or webhook
            if current["state"] == "enabled":
                return current
            new = {**current, "state": "enabled", "disabled_reason": None, "version": current["version"] + 1}
            enabled = cast(Webhook, new)
            self._table.transact([Put(item=_item(enabled), condition=version_is(current["version"])), *wanted(enabled)])
            return enabled

        return until_written(write, what="the webhook")

    def disabling(self, webhook: Webhook, *, reason: str) -> list[Operation]:
        """Give the writes that disable a webhook, to be part of a transaction; they fail if it has changed."""
        return [
            Update(
                pk=key_of(webhook["id"]),
                sk=WEBHOOK,
                expression="SET #state = :disabled, disabled_reason = :reason ADD #version :one",
                names={"#state": "state", "#version": "version"},
                values={":disabled": "disabled", ":reason": reason, ":one": 1},
                condition=version_is(webhook["version"]),
            ),
            *_unwanted(webhook),
        ]

    def arrived(self, id: str, *, at: str) -> None:
        """Keep when a delivery arrived last."""
        try:
            self._table.write(
                Update(
                    pk=key_of(id),
                    sk=WEBHOOK,
                    expression="SET succeeded_at = :at",
                    values={":at": at},
                    condition=Condition(
                        expression="attribute_exists(pk) AND (succeeded_at = :never OR succeeded_at < :at)",
                        values={":never": None},
                    ),
                )
            )
        except (ConditionFailedError, TransactionCanceledError):
            return


def key_of(id: str) -> str:
    """Give the partition of a webhook and its deliveries."""
    return f"WEBHOOK#{id}"


def wanted(webhook: Webhook) -> list[Operation]:
    """Give the writes that bring events to a webhook."""
    return [Put(item={"pk": key, "sk": webhook["id"]}) for key in _wanting_keys(webhook)]


def wanting_key(type: str, copy: int) -> str:
    """Give one of the partitions in which it stands who wants a type."""
    return f"TYPE#{type}#{copy}"


def copy_of(event_id: str) -> int:
    """Give the number of the partition that is asked who wants an event."""
    return shard_number(event_id, COPIES)


def _unwanted(webhook: Webhook) -> list[Operation]:
    return [Delete(pk=key, sk=webhook["id"]) for key in _wanting_keys(webhook)]


def _wanting_keys(webhook: Webhook) -> list[str]:
    return [wanting_key(name, copy) for name in webhook["event_types"] for copy in range(COPIES)]


def _item(webhook: Webhook) -> Item:
    return {"pk": key_of(webhook["id"]), "sk": WEBHOOK, **webhook}


def _webhook(item: Item | None) -> Webhook | None:
    return None if item is None else cast(Webhook, item)
