"""Pages of orders, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from heapq import merge
from itertools import islice
from typing import cast

from orders.order import Status
from orders.record import BY_CUSTOMER, BY_GUEST, BY_STATUS, BY_TIME, SHARDS, OrderRecord
from store.table import Table

_SHARD_READERS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="shard")


def orders_of_customer(table: Table, customer_id: str, *, before: str | None, limit: int) -> Sequence[OrderRecord]:
    """Give a customer's orders; one query.

    Args:
        table: the service's.
        customer_id: whose.
        before: the ``placed_key`` of the order after which to go on; None to begin with the newest.
        limit: how many at most.
    """
    return _query(table, BY_CUSTOMER, "customer_id", customer_id, before, limit)


def orders_of_guest(table: Table, guest_key: str, *, before: str | None, limit: int) -> Sequence[OrderRecord]:
    """Give the orders that were placed without signing in, with an e-mail address; their keys only.

    Args:
        table: the service's.
        guest_key: stands for the address.
        before: as in ``orders_of_customer``.
        limit: how many at most.
    """
    return _query(table, BY_GUEST, "guest_key", guest_key, before, limit)


def orders_of_all(table: Table, *, status: Status | None, before: str | None, limit: int) -> Sequence[OrderRecord]:
    """Give everybody's orders; one query for each of the 128 shards, 16 side by side.

    Args:
        table: the service's.
        status: only those that stand so; None for all.
        before: as in ``orders_of_customer``.
        limit: how many at most.
    """

    def of_shard(shard: int) -> Sequence[OrderRecord]:
        if status is None:
            return _query(table, BY_TIME, "time_shard", str(shard), before, limit)
        return _query(table, BY_STATUS, "status_shard", f"{status}#{shard}", before, limit)

    pages = _SHARD_READERS.map(of_shard, range(SHARDS))
    return list(islice(merge(*pages, key=lambda record: record["placed_key"], reverse=True), limit))


def _query(
    table: Table, index: str, attribute: str, partition: str, before: str | None, limit: int
) -> Sequence[OrderRecord]:
    condition, values = "#partition = :partition", {":partition": partition}
    names = {"#partition": attribute}
    if before is not None:
        condition += " AND placed_key < :before"
        values[":before"] = before
    found = table.query(condition, names=names, values=values, limit=limit, index=index, forward=False)
    return cast("Sequence[OrderRecord]", found)
