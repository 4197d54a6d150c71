"""The checkouts in the table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, cast

from checkout.checkout import Checkout, checkout_of
from store.errors import ConditionFailedError, TransactionCanceledError
from store.operations import ABSENT, Condition, Operation, Put, Update
from store.table import Table

CHECKOUT = "CHECKOUT"
WAITING_INDEX = "waiting"

Fact = Literal["cart", "shipping", "quote"]

_ID = re.compile(r"[0-9a-f]{32}\Z")
_NAMES = {"#status": "status"}
_EXISTS = Condition(expression="attribute_exists(pk)")
_WAITS_FOR_PAYMENT = Condition(expression="waiting_for = :payment", values={":payment": "payment"})
_IS_PROCESSING = Condition(expression="#status = :processing", names=_NAMES, values={":processing": "processing"})


def is_checkout_id(text: str) -> bool:
    """Say whether any checkout can have that id."""
    return _ID.match(text) is not None


class CheckoutRepository:
    """Reads and writes checkouts.

    The saga takes one step at a time, so its writes need no version; what ends a checkout happens once.

    Args:
        table: the checkout's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, checkout: Checkout, also: Sequence[Put] = ()) -> None:
        """Write a new checkout, in one transaction with what else is to be written.

        Raises:
            TransactionCanceledError: when there is one of that id already.
        """
        item = {"pk": _key(checkout.id), "sk": CHECKOUT, **checkout.item()}
        self._table.transact([Put(item=item, condition=ABSENT), *also])

    def find(self, checkout_id: str) -> Checkout | None:
        """Give a checkout as it is after every write so far, or None when there is none."""
        item = self._table.get(_key(checkout_id), CHECKOUT, consistent=True)
        return checkout_of(checkout_id, item) if item is not None else None

    def note(self, checkout_id: str, facts: Mapping[Fact, str]) -> None:
        """Write down what a step found out."""
        self._table.write(
            _update(checkout_id, dict(facts.items()), condition=Condition(expression="attribute_exists(pk)"))
        )

    def wait(self, checkout: Checkout, waiting_for: Literal["payment", "review"], *, token: str) -> None:
        """Write down what the checkout waits for, and the token with which its step is called back."""
        facts = {"waiting_for": waiting_for, "task_token": token}
        if waiting_for == "review":
            # Only reviews are listed; one partition of the index would take the payments of all orders.
            facts["waiting_since"] = checkout.created_at.isoformat()
        self._table.write(_update(checkout.id, facts, condition=_IS_PROCESSING))

    def challenge(self, checkout_id: str, url: str) -> bool:
        """Write down where the payer shows who they are; say whether the checkout waits for its payment."""
        try:
            self._table.write(_update(checkout_id, {"challenge_url": url}, condition=_WAITS_FOR_PAYMENT))
        except ConditionFailedError:
            return False
        return True

    def go_on(self, checkout_id: str) -> None:
        """Write down that the checkout waits for nothing any more."""
        self._table.write(
            Update(
                pk=_key(checkout_id),
                sk=CHECKOUT,
                expression="REMOVE waiting_for, waiting_since, task_token, challenge_url",
                condition=_EXISTS,
            )
        )

    def token(self, checkout_id: str, waiting_for: Literal["payment", "review"]) -> str | None:
        """Give the token of the step that waits for that, or None when none does."""
        item = self._table.get(_key(checkout_id), CHECKOUT, consistent=True)
        if item is None or item.get("waiting_for") != waiting_for:
            return None
        return cast("str | None", item.get("task_token"))

    def waiting_for_review(self, *, after: tuple[str, str], limit: int) -> list[Checkout]:
        """Give the checkouts that wait for a merchant, those that came first before others.

        Args:
            after: since when and which: the last one shown; two empty texts to begin.
            limit: how many at most.
        """
        since, checkout_id = after
        start = {"pk": _key(checkout_id), "sk": CHECKOUT, "waiting_for": "review", "waiting_since": since}
        items = self._table.query(
            "waiting_for = :waiting_for",
            values={":waiting_for": "review"},
            index=WAITING_INDEX,
            limit=limit,
            start_after=start if checkout_id else None,
        )
        return [checkout_of(str(item["pk"]).partition("#")[2], item) for item in items]

    def complete(self, checkout_id: str, event: Put) -> bool:
        """End a checkout well, with its event; say whether this is what ended it."""
        return self._end(checkout_id, {"status": "completed"}, event)

    def fail(self, checkout_id: str, failure: str, event: Put) -> bool:
        """End a checkout with a problem and its event; say whether this is what ended it."""
        return self._end(checkout_id, {"status": "failed", "failure": failure}, event)

    def _end(self, checkout_id: str, facts: Mapping[str, str], event: Put) -> bool:
        operations: list[Operation] = [
            _update(
                checkout_id,
                facts,
                condition=_IS_PROCESSING,
                remove=("waiting_for", "waiting_since", "task_token", "challenge_url"),
            ),
            event,
        ]
        try:
            self._table.transact(operations)
        except TransactionCanceledError as error:
            checkout = self.find(checkout_id)
            if checkout is not None and checkout.status != "processing":
                return False
            raise ConditionFailedError(f"checkout {checkout_id} is being written") from error
        return True


def _update(checkout_id: str, facts: Mapping[str, str], *, condition: Condition, remove: Sequence[str] = ()) -> Update:
    names = {f"#{name}": name for name in facts}
    expression = "SET " + ", ".join(f"#{name} = :{name}" for name in facts)
    if remove:
        expression += " REMOVE " + ", ".join(remove)
    return Update(
        pk=_key(checkout_id),
        sk=CHECKOUT,
        expression=expression,
        names=names,
        values={f":{name}": value for name, value in facts.items()},
        condition=condition,
    )


def _key(checkout_id: str) -> str:
    return f"CHECKOUT#{checkout_id}"
