"""Every change of a customer's consents, kept as long as the customer is: it proves what was agreed to, and when."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import cast

from customers.consents import Consent
from customers.documents import partition_of
from store.operations import ABSENT, Item, Put
from store.table import Table

_PREFIX = "CONSENT#"
_BATCH = 100


def change_record(customer_id: str, *, version: int, changed: Mapping[str, Consent]) -> Put:
    """Give the write that keeps a change, to be part of the transaction that makes it.

    Args:
        customer_id: whose.
        version: of the consents that it made.
        changed: by purpose.
    """
    item = {
        "pk": partition_of(customer_id),
        "sk": f"{_PREFIX}{version:010d}",
        "changed": json.dumps(changed, separators=(",", ":")),
    }
    return Put(item=item, condition=ABSENT)


def page_of_changes(
    table: Table, customer_id: str, *, before: int | None, limit: int
) -> list[tuple[int, dict[str, Consent]]]:
    """Give changes with the versions that they made, newest first.

    Args:
        table: the service's.
        customer_id: whose.
        before: only those older than the one that made this version.
        limit: how many at most.
    """
    found = table.query(
        "pk = :pk AND sk BETWEEN :first AND :last",
        values={
            ":pk": partition_of(customer_id),
            ":first": f"{_PREFIX}{0:010d}",
            ":last": f"{_PREFIX}{(before - 1) if before is not None else 9_999_999_999:010d}",
        },
        limit=limit,
        forward=False,
        consistent=True,
    )
    return [_change(item) for item in found]


def all_changes(table: Table, customer_id: str) -> Iterator[dict[str, Consent]]:
    """Give every change, newest first, a hundred a query."""
    before: int | None = None
    while found := page_of_changes(table, customer_id, before=before, limit=_BATCH):
        yield from (changed for _, changed in found)
        before = found[-1][0]


def _change(item: Item) -> tuple[int, dict[str, Consent]]:
    changed: dict[str, Consent] = json.loads(cast(str, item["changed"]))
    return int(cast(str, item["sk"]).removeprefix(_PREFIX)), changed
