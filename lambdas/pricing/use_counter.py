"""Which of a code's counters counts a use."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Literal

from pricing.promotion import Promotion
from pricing.promotion_repository import PromotionRepository
from pricing.quota import shard_tried_first
from pricing.shard_items import count
from pricing.tally_items import any_tally, count_in_tally, first_tally
from pricing.tally_repository import TallyRepository
from store.operations import Operation
from store.table import Table

CLOSING_SECONDS = 5
"""Whoever changes limits takes some tenths of one. After so long it is dead, and its tallies are opened again."""


class CouponExhaustedError(Exception):
    """The code has been used as often as it may be, by all or by this customer."""


@dataclass(frozen=True, kw_only=True)
class UseCounter:
    """A counter, for a use of a promotion.

    Attributes:
        kind: one of those that share the limit, or a tally that knows none.
        number: which.
        promotion: as it is known; a tally counts only what no closing refuses to who knows it so.
    """

    kind: Literal["shard", "tally"]
    number: int
    promotion: Promotion

    @property
    def write(self) -> Operation:
        """The write that counts a use here; it fails when there is no room, or the tally is closed."""
        if self.kind == "tally":
            return count_in_tally(self.promotion.code, self.number, version=self.promotion.version)
        return count(self.promotion.code, self.number)


def first_counter(promotion: Promotion, redemption_id: str) -> UseCounter:
    """Give where most uses find room at once; nothing is read."""
    if promotion.is_tallied:
        return UseCounter(kind="tally", number=first_tally(redemption_id), promotion=promotion)
    return UseCounter(kind="shard", number=shard_tried_first(redemption_id), promotion=promotion)


class OtherCounters:
    """Finds another counter for a use that one did not count.

    Args:
        table: pricing's.
    """

    def __init__(self, table: Table) -> None:
        self._promotions = PromotionRepository(table)
        self._tallies = TallyRepository(table)

    def than(self, tried: UseCounter) -> UseCounter:
        """Give one that may count the use, by what the promotion is now if it has other limits.

        Raises:
            CouponExhaustedError: none has room.
            TransactionCanceledError: somebody else has changed the promotion meanwhile.
        """
        promotion = self._heeding_limits(tried) if tried.kind == "tally" else tried.promotion
        if promotion.is_tallied:
            return UseCounter(kind="tally", number=any_tally(), promotion=promotion)
        return UseCounter(kind="shard", number=self._shard_with_room(promotion.code), promotion=promotion)

    def _heeding_limits(self, tried: UseCounter) -> Promotion:
        """Give the promotion as it is known, unless the tally is closed for that one: then as it is now."""
        known = tried.promotion
        tally = self._tallies.find(known.code, tried.number)
        if tally.closed_version < known.version:
            return known
        newest = self._promotions.find(known.code) or known
        if tally.closed_version < newest.version or time.time() - tally.closed_at < CLOSING_SECONDS:
            return newest
        return self._promotions.reopen(newest)

    def _shard_with_room(self, code: str) -> int:
        with_room = [shard.number for shard in self._promotions.shards(code) if shard.has_room]
        if not with_room:
            raise CouponExhaustedError(f"{code} has been used as often as it may be")
        return random.choice(with_room)  # noqa: S311  # spreads writers, keeps no secret
