"""How many uses of a code are left, counted in several places so that no one item of the table is asked by all.

The uses of a code with a limit are counted by ``SHARDS`` items. What the limit still allows is divided among them: each
has a quota, and counts no more than that. So the limit holds exactly, and a shard that is full says nothing of the
others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.shards import shard_number

SHARDS = 32
"""An item bears one transaction at a time, some 40 a second in a rush: 1,280 redemptions a second of one code."""


@dataclass(frozen=True, kw_only=True)
class Shard:
    """One of the counters of a code.

    Attributes:
        number: 0 to 31.
        uses: counted here, less those that are given back here and were counted by a tally that is closed.
        quota: how many may be; None: any number.
    """

    number: int
    uses: int
    quota: int | None

    @property
    def has_room(self) -> bool:
        """Whether another use may be counted here."""
        return self.quota is None or self.uses < self.quota


def shard_tried_first(redemption_id: str) -> int:
    """Give the number of the counter that a use tries first."""
    return shard_number(redemption_id, SHARDS)


def first_shards(limit: int | None) -> list[Shard]:
    """Give the counters of a code that nobody has used."""
    return divided([Shard(number=number, uses=0, quota=None) for number in range(SHARDS)], limit)


def divided(shards: Sequence[Shard], limit: int | None, *, tallied: int = 0) -> list[Shard]:
    """Give the counters after a change of the limit: what it leaves is divided among them, nothing if all is used.

    Args:
        shards: as they are.
        limit: the new one.
        tallied: uses that others count.
    """
    if limit is None:
        return [Shard(number=shard.number, uses=shard.uses, quota=None) for shard in shards]
    left = max(0, limit - tallied - sum(shard.uses for shard in shards))
    each, more = divmod(left, len(shards))
    return [
        Shard(number=shard.number, uses=shard.uses, quota=shard.uses + each + (position < more))
        for position, shard in enumerate(shards)
    ]
