"""The counters of a code with a limit: ``USES#<code>#<number>``, each in a partition of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, cast

from pricing.quota import SHARDS, Shard
from store.operations import ABSENT, Condition, Item, Operation, Put, Update

USES = "USES"

_HAS_ROOM = Condition(
    expression="attribute_exists(pk) AND (attribute_not_exists(quota) OR #uses < quota)", names={"#uses": "uses"}
)
_ONE: Item = {":one": 1}


class _ShardRecord(TypedDict, total=False):
    pk: str
    uses: int
    quota: int


def shard_keys(code: str) -> list[tuple[str, str]]:
    """Give the keys of all counters of a code."""
    return [(_key(code, number), USES) for number in range(SHARDS)]


def shards_of(items: Sequence[Item]) -> list[Shard]:
    """Give the counters as they were read, by their numbers."""
    records = cast(Sequence[_ShardRecord], items)
    shards = [
        Shard(number=int(record["pk"].rpartition("#")[2]), uses=record["uses"], quota=record.get("quota"))
        for record in records
    ]
    return sorted(shards, key=lambda shard: shard.number)


def put_shard(code: str, shard: Shard) -> Operation:
    """Give the write that starts a counter."""
    return Put(item={"pk": _key(code, shard.number), "sk": USES, **_counted(shard)}, condition=ABSENT)


def divide_shard(code: str, shard: Shard) -> Operation:
    """Give the write that changes a counter's quota, if nothing was counted since it was read."""
    return Update(
        pk=_key(code, shard.number),
        sk=USES,
        expression="REMOVE quota" if shard.quota is None else "SET quota = :quota",
        values={} if shard.quota is None else {":quota": shard.quota},
        condition=Condition(expression="#uses = :uses", names={"#uses": "uses"}, values={":uses": shard.uses}),
    )


def count(code: str, number: int) -> Operation:
    """Give the write that counts a use; it fails when there is no room."""
    names = {"#uses": "uses"}
    expression = "SET #uses = #uses + :one"
    return Update(pk=_key(code, number), sk=USES, expression=expression, names=names, values=_ONE, condition=_HAS_ROOM)


def uncount(code: str, number: int) -> Operation:
    """Give the write that takes a use back."""
    names = {"#uses": "uses"}
    return Update(pk=_key(code, number), sk=USES, expression="SET #uses = #uses - :one", names=names, values=_ONE)


def _counted(shard: Shard) -> Item:
    return {"uses": shard.uses} if shard.quota is None else {"uses": shard.uses, "quota": shard.quota}


def _key(code: str, number: int) -> str:
    return f"USES#{code}#{number}"
