"""All of what an index holds of one partition."""

from __future__ import annotations

from collections.abc import Iterator

from store.operations import Item
from store.table import Table

PAGE = 100


def keys_in_index(table: Table, index: str, *, partition_key: str, value: str) -> Iterator[tuple[str, str]]:
    """Give the keys of all items of one partition of an index whose sort key is the table's ``pk``; pages of 100.

    Args:
        table: the table.
        index: name of the secondary index.
        partition_key: the index's partition key.
        value: its value.
    """
    start: Item | None = None
    while found := table.query(
        "#partition = :value",
        names={"#partition": partition_key},
        values={":value": value},
        index=index,
        limit=PAGE,
        start_after=start,
    ):
        yield from ((str(item["pk"]), str(item["sk"])) for item in found)
        if len(found) < PAGE:
            return
        start = {name: found[-1][name] for name in ("pk", "sk", partition_key)}
