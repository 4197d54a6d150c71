"""How often one customer has used a code: ``CUSTOMER#<code>#<key>``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import cast

from contracts.email_address import normalized
from pricing.shard_items import USES
from store.operations import Condition, Item, Operation, Update

CUSTOMER_KEY, EMAIL_KEY = "customer_key", "email_key"


def customer_keys(*, customer_id: str | None, email: str | None) -> dict[str, str]:
    """Give the keys by which a customer is known again, by what they are made of: digests of id and e-mail address.

    Both count, so that neither signing out nor another address gives a limit anew. The address itself is not kept.
    """
    known = {CUSTOMER_KEY: f"id:{customer_id}"} if customer_id else {}
    known |= {EMAIL_KEY: f"email:{normalized(email)}"} if email else {}
    return {name: sha256(text.encode()).hexdigest() for name, text in known.items()}


def use_keys(code: str, customers: Collection[str]) -> list[tuple[str, str]]:
    """Give the keys of a customer's counters of a code."""
    return [(_key(code, customer), USES) for customer in customers]


def most_uses(items: Sequence[Item]) -> int:
    """Give how often a customer has used a code: the most that any of its keys was counted."""
    return max((cast(int, item["uses"]) for item in items), default=0)


def count_customer(code: str, customer: str, *, limit: int | None) -> Operation:
    """Give the write that counts a customer's use; it fails when the limit is reached."""
    below = Condition(expression="attribute_not_exists(#uses) OR #uses < :limit", values={":limit": limit})
    return Update(
        pk=_key(code, customer),
        sk=USES,
        expression="SET #uses = if_not_exists(#uses, :none) + :one",
        names={"#uses": "uses"},
        values={":none": 0, ":one": 1},
        condition=None if limit is None else below,
    )


def uncount_customer(code: str, customer: str) -> Operation:
    """Give the write that takes a customer's use back, be the customer forgotten meanwhile."""
    return Update(
        pk=_key(code, customer),
        sk=USES,
        expression="SET #uses = if_not_exists(#uses, :one) - :one",
        names={"#uses": "uses"},
        values={":one": 1},
    )


def _key(code: str, customer: str) -> str:
    return f"CUSTOMER#{code}#{customer}"
