"""An order of the simulation, and keys that it shares with others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

ORDERS_A_SECOND = 10_000

PARTITION_WRITE_UNITS = 1000
PARTITION_READ_UNITS = 3000
"""What one partition takes a second: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"""

CODE = "WELCOME"
"""The coupon; it has a limit."""
SITEWIDE_CODE = "SITEWIDE"
"""The promotion that every order uses without a coupon; it has none."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """One order of the simulation: its ids are as random as real ones.

    Attributes:
        id: of the order, its checkout and its payment.
        skus: one of each.
        has_coupon: it uses ``CODE``.
        is_promoted: it uses ``SITEWIDE_CODE``.
    """

    id: str
    skus: Sequence[int]
    has_coupon: bool
    is_promoted: bool = True


@dataclass(frozen=True, kw_only=True)
class Shared:
    """Writes to partitions that many orders write to, or reads of them.

    Attributes:
        table: of which service.
        kind: what the keys begin with, or the index.
        what: in words.
        units: that one write or read of one key takes.
        keys: where an order writes or reads, once for each time.
        unsharded: the same if nothing were spread or kept.
        kept_units: that warm functions take a second which keep what they have read, however many orders there are.
        limit: units a second that one partition takes.
        transactions: whether transactions on one item meet: entries are items of their own, and indexes know none.
        items: where transactions meet, if it is not the whole partition.
    """

    table: str
    kind: str
    what: str
    units: float
    keys: Callable[[Order], Iterable[str]]
    unsharded: Callable[[Order], Iterable[str]]
    kept_units: float = 0
    limit: int = PARTITION_WRITE_UNITS
    transactions: bool = True
    items: Callable[[Order], Iterable[str]] | None = None
