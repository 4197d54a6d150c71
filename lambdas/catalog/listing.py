"""Pages of published products, in the order of their ids."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from heapq import merge
from typing import cast

from catalog.record import CATEGORY_INDEX, PUBLISHED_INDEX, SHARDS, ProductRecord
from store.table import Table

_SHARD_READERS = ThreadPoolExecutor(max_workers=SHARDS, thread_name_prefix="shard")


def published_products(table: Table, *, after: str, limit: int) -> list[ProductRecord]:
    """Give the published products whose ids follow one id; one query for each shard, side by side.

    Args:
        table: the catalog.
        after: an id; ``""`` to begin with the first.
        limit: how many at most.
    """

    def of_shard(shard: int) -> Sequence[ProductRecord]:
        return _query(table, PUBLISHED_INDEX, "published_shard", str(shard), after, limit)

    pages = _SHARD_READERS.map(of_shard, range(SHARDS))
    return list(merge(*pages, key=lambda record: record["published_key"]))[:limit]


def products_of_category(table: Table, category: str, *, after: str, limit: int) -> list[ProductRecord]:
    """Give the published products of a category whose ids follow one id; one query."""
    return list(_query(table, CATEGORY_INDEX, "category_key", category, after, limit))


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
