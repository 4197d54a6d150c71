"""Which of some shards something lies in."""

from __future__ import annotations

from zlib import crc32


def shard_number(key: str, shards: int) -> int:
    """Give the number of a key's shard, ever the same in every process, which `hash` is not.

    Args:
        key: such as an id.
        shards: how many there are; the numbers begin with 0.
    """
    return crc32(key.encode()) % shards
