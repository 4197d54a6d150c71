"""The ledger in the table.

Entries and balances are spread over 128 partitions by the payment they belong to: one item that every payment adds to
would let about a thousand writes a second through, and transactions on it would cancel each other long before. For the
same reason the totals of one currency are four items in each partition, of which a payment adds to one. It is written
in the transaction of the entries: each such item balances by itself at every moment, and so does their sum, whenever
they are read.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge
from typing import cast

from payments.ledger import ACCOUNTS, AccountTotals, LedgerEntry, totals_of
from store.operations import Item, Operation, Put, Update
from store.shards import shard_number
from store.table import Table

SHARDS = 128
"""Partitions of the entries, and of the totals. A captured payment writes 6 units of the first and 4 of the second, so
they take 20,000 payments a second; half of it where chance is unkind."""
SLOTS = 4
"""Items of one currency's totals in a partition: an item bears one transaction at a time, 40 a second in a rush."""
FIRST = "0"
"""Sorts before every entry."""
MAXIMUM_CURRENCIES = 200
"""More than there are."""

_READERS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="ledger")


@dataclass(frozen=True, kw_only=True)
class PostedEntry:
    """An entry that stands in the ledger.

    Attributes:
        key: what orders entries: time, then id.
        posted_at: RFC 3339 in UTC.
    """

    key: str
    posted_at: str
    entry: LedgerEntry


def ledger_writes(entries: Sequence[LedgerEntry], *, at: datetime) -> Iterator[Operation]:
    """Give the writes that post the entries of one change of one payment, to be part of its transaction.

    Args:
        entries: what moved.
        at: now, in UTC.
    """
    posted_at = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    for entry in entries:
        item = {
            "pk": f"LEDGER#{shard_of(entry.payment_id)}",
            "sk": f"{posted_at}#{entry.id}",
            "id": entry.id,
            "kind": entry.kind,
            "payment_id": entry.payment_id,
            "order_id": entry.order_id,
            "debit": entry.debit,
            "credit": entry.credit,
            "amount": entry.amount,
            "currency": entry.currency,
        }
        yield Put(item=item)
    if entries:
        first = entries[0]
        counters = {
            f"{account}_{side}": amount
            for account, totals in totals_of(entries).items()
            for side, amount in (("debits", totals.debits), ("credits", totals.credits))
            if amount
        }
        yield Update(
            pk=f"BALANCES#{shard_of(first.payment_id)}",
            sk=_totals_key(first),
            expression="ADD " + ", ".join(f"#{name} :{name}" for name in counters),
            names={f"#{name}": name for name in counters},
            values={f":{name}": amount for name, amount in counters.items()},
        )


class LedgerRepository:
    """Reads the ledger; each method asks all 128 partitions, 16 at once.

    Args:
        table: the service's.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def entries(self, *, after: str, limit: int) -> list[PostedEntry]:
        """Give entries in the order in which they were posted.

        Args:
            after: the key that the first of them follows; ``""`` to begin with the first.
            limit: how many at most.
        """

        def of_shard(shard: int) -> Sequence[Item]:
            values = {":pk": f"LEDGER#{shard}", ":after": after or FIRST}
            return self._table.query("pk = :pk AND sk > :after", values=values, limit=limit, consistent=True)

        shards = _READERS.map(of_shard, range(SHARDS))
        return [_posted(item) for item in list(merge(*shards, key=lambda item: str(item["sk"])))[:limit]]

    def balances(self) -> Mapping[str, Mapping[str, AccountTotals]]:
        """Give what each account was debited and credited with, by currency and account."""

        def of_shard(shard: int) -> Sequence[Item]:
            key = {":pk": f"BALANCES#{shard}"}
            return self._table.query("pk = :pk", values=key, limit=SLOTS * MAXIMUM_CURRENCIES, consistent=True)

        totals: dict[str, dict[str, AccountTotals]] = {}
        for items in _READERS.map(of_shard, range(SHARDS)):
            for item in items:
                accounts = totals.setdefault(_currency(item), {account: AccountTotals() for account in ACCOUNTS})
                for account in ACCOUNTS:
                    accounts[account] += AccountTotals(
                        debits=cast(int, item.get(f"{account}_debits", 0)),
                        credits=cast(int, item.get(f"{account}_credits", 0)),
                    )
        return totals


def shard_of(payment_id: str) -> int:
    """Give the partition of a payment's entries and totals, 0 to 127."""
    return shard_number(payment_id, SHARDS)


def _totals_key(entry: LedgerEntry) -> str:
    slot = zlib.crc32(entry.payment_id.encode()) // SHARDS % SLOTS
    return f"{entry.currency}#{slot}" if slot else entry.currency


def _currency(totals: Item) -> str:
    return str(totals["sk"]).partition("#")[0]


def _posted(item: Item) -> PostedEntry:
    names = ("id", "kind", "payment_id", "order_id", "debit", "credit", "currency")
    entry = LedgerEntry(**{name: str(item[name]) for name in names}, amount=cast(int, item["amount"]))
    key = str(item["sk"])
    return PostedEntry(key=key, posted_at=key.partition("#")[0], entry=entry)
