"""Pages of products, in the order of their ids."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from heapq import merge
from typing import cast

from catalog.record import (
    CATEGORY_INDEX,
    LISTING_INDEX,
    SHARDS,
    ListedStatus,
    ProductRecord,
    category_partition,
    listing_partition,
)
from store.table import Table

_READERS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="listing")


def listed_products(table: Table, *, statuses: Sequence[ListedStatus], after: str, limit: int) -> list[ProductRecord]:
    """Give the products whose ids follow one id; one query for each shard and status, side by side.

    Args:
        table: the catalog.
        statuses: of the products wanted.
        after: an id; ``""`` to begin with the first.
        limit: how many at most.
    """
    partitions = [listing_partition(status, shard) for status in statuses for shard in range(SHARDS)]

    def of_partition(partition: str) -> Sequence[ProductRecord]:
        return _query(table, LISTING_INDEX, "published_shard", partition, after, limit)

    pages = _READERS.map(of_partition, partitions)
    return list(merge(*pages, key=lambda record: record["published_key"]))[:limit]


def page_of_shard(
    table: Table, shard: int, *, statuses: Sequence[ListedStatus], after: str, limit: int
) -> tuple[list[ProductRecord], str | None]:
    """Give the products of a shard whose ids follow one id, and the id after which the next page begins, if any.

    No page has an id that an earlier one had, and none has an id twice: of a product that changes its status between
    the two queries, the newer state counts.

    Args:
        table: the catalog.
        shard: 0 to ``SHARDS`` - 1.
        statuses: of the products wanted.
        after: an id; ``""`` to begin with the first.
        limit: products of each status at most.
    """
    pages = [
        _query(table, LISTING_INDEX, "published_shard", listing_partition(status, shard), after, limit)
        for status in statuses
    ]
    # Beyond the last id of a full page nobody knows yet what lies between: the next page begins there.
    ends = [page[-1]["published_key"] for page in pages if len(page) == limit]
    end = min(ends) if ends else None
    newest: dict[str, ProductRecord] = {}
    for record in merge(*pages, key=lambda record: (record["published_key"], record["version"])):
        if end is None or record["published_key"] <= end:
            newest[record["published_key"]] = record
    return list(newest.values()), end


def products_of_category(
    table: Table, category: str, *, status: ListedStatus, after: str, limit: int
) -> list[ProductRecord]:
    """Give the products of one category and status whose ids follow one id; one query."""
    partition = category_partition(status, category)
    return list(_query(table, CATEGORY_INDEX, "category_key", partition, after, limit))


def products_of_categories(
    table: Table, categories: Sequence[str], *, statuses: Sequence[ListedStatus], after: str, limit: int
) -> list[ProductRecord]:
    """Give the products of some categories whose ids follow one id; one query for each and status, side by side.

    Args:
        table: the catalog.
        categories: a category and all below it.
        statuses: of the products wanted.
        after: an id; ``""`` to begin with the first.
        limit: how many at most.
    """
    wanted = [(category, status) for category in categories for status in statuses]

    def of_category(which: tuple[str, ListedStatus]) -> list[ProductRecord]:
        return products_of_category(table, which[0], status=which[1], after=after, limit=limit)

    pages = [of_category(wanted[0])] if len(wanted) == 1 else _READERS.map(of_category, wanted)
    return list(merge(*pages, key=lambda record: record["published_key"]))[:limit]


def _query(
    table: Table, index: str, partition_attribute: str, partition: str, after: str, limit: int
) -> Sequence[ProductRecord]:
    condition = "#partition = :partition"
    names = {"#partition": partition_attribute}
    values = {":partition": partition}
    if after:
        condition += " AND #key > :after"
        names["#key"] = "published_key"
        values[":after"] = after
    found = table.query(condition, names=names, values=values, limit=limit, index=index)
    return cast(Sequence[ProductRecord], found)
