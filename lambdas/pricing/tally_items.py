"""Counters of a code that has no limit: ``TALLY#<code>#<number>``, each in a partition of its own.

Nothing decides on them, so they need no quota and there can be as many as a rush needs. Before a limit is set they are
closed, for everyone who knows the promotion as it was until then: what they count is final when it is subtracted from
the limit. A later version without a limit finds them open again.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TypedDict, cast

from pricing.shard_items import USES
from store.operations import Condition, Item, Operation, Update
from store.shards import shard_number

TALLIES = 256
"""An item bears one transaction at a time, some 40 a second in a rush: 10,000 redemptions a second of one code."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """One of the counters.

    Attributes:
        uses: counted here.
        closed_version: for this version of the promotion and those before it, it counts no more; 0: it never was
            closed.
        closed_at: when it was closed last, in seconds since 1970.
    """

    uses: int
    closed_version: int
    closed_at: int


class _TallyRecord(TypedDict, total=False):
    uses: int
    closed_version: int
    closed_at: int


def first_tally(redemption_id: str) -> int:
    """Give the number of the counter that a use tries first."""
    return shard_number(redemption_id, TALLIES)


def any_tally() -> int:
    """Give the number of a counter for who found another one taken."""
    return random.randrange(TALLIES)  # noqa: S311  # spreads writers, keeps no secret


def tally_keys(code: str) -> list[tuple[str, str]]:
    """Give the keys of all of a code, by their numbers."""
    return [tally_key(code, number) for number in range(TALLIES)]


def tally_key(code: str, number: int) -> tuple[str, str]:
    """Give the key of one of them."""
    return f"TALLY#{code}#{number}", USES


def tally_of(item: Item | None) -> Tally:
    """Give a counter as it was read; one that is not there has not been used."""
    record = cast(_TallyRecord, item or {})
    return Tally(
        uses=record.get("uses", 0),
        closed_version=record.get("closed_version", 0),
        closed_at=record.get("closed_at", 0),
    )


def count_in_tally(code: str, number: int, *, version: int) -> Operation:
    """Give the write that counts a use of a version of the promotion; it fails when the counter is closed for it."""
    pk, sk = tally_key(code, number)
    return Update(
        pk=pk,
        sk=sk,
        expression="SET #uses = if_not_exists(#uses, :none) + :one",
        names={"#uses": "uses"},
        values={":none": 0, ":one": 1},
        condition=Condition(
            expression="attribute_not_exists(closed_version) OR closed_version < :version",
            values={":version": version},
        ),
    )


def uncount_in_tally(code: str, number: int) -> Operation:
    """Give the write that takes a use back; it fails when the counter was ever closed."""
    pk, sk = tally_key(code, number)
    return Update(
        pk=pk,
        sk=sk,
        expression="SET #uses = #uses - :one",
        names={"#uses": "uses"},
        values={":one": 1},
        condition=Condition(expression="attribute_not_exists(closed_version)"),
    )


def close_tally(code: str, number: int, *, version: int, at: int) -> Operation:
    """Give the write that closes a counter; it fails when it is closed for a later version."""
    pk, sk = tally_key(code, number)
    return Update(
        pk=pk,
        sk=sk,
        expression="SET closed_version = :version, closed_at = :at",
        values={":version": version, ":at": at},
        condition=Condition(
            expression="attribute_not_exists(closed_version) OR closed_version <= :version",
            values={":version": version},
        ),
    )
