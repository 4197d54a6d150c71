"""Goods that come back, and what is paid back for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


class ReturnLineError(Exception):
    """More of a SKU would come back than has arrived and was not returned yet.

    Attributes:
        left: how many can come back of each SKU of which too many were named.
    """

    def __init__(self, left: Mapping[str, int]) -> None:
        super().__init__(", ".join(f"{quantity} of {sku}" for sku, quantity in left.items()))
        self.left = left


@dataclass(frozen=True, kw_only=True)
class Return:
    """Goods that their buyer sends back.

    Attributes:
        id: of the return.
        items: how many of each SKU.
        reason: why.
        requested_at: when it was asked for.
        received_at: when the goods were back; None as long as they are not.
        refund: what is paid back for them, in minor units; None as long as they are not back.
    """

    id: str
    items: Mapping[str, int]
    reason: str
    requested_at: datetime
    received_at: datetime | None = None
    refund: int | None = None

    @property
    def is_received(self) -> bool:
        """Whether the goods are back."""
        return self.received_at is not None


def returned_quantities(returns: Iterable[Return], *, received_only: bool) -> Mapping[str, int]:
    """Give how many of each SKU come back, or are back."""
    total: Counter[str] = Counter()
    for each in returns:
        if each.is_received or not received_only:
            total.update(each.items)
    return total


def left_to_return(delivered: Mapping[str, int], returns: Iterable[Return]) -> Mapping[str, int]:
    """Give how many of each SKU have arrived and were not asked to be returned yet."""
    returned = returned_quantities(returns, received_only=False)
    return {sku: quantity - returned.get(sku, 0) for sku, quantity in delivered.items()}


def refund_of(total: int, ordered: int, *, before: int, quantity: int) -> int:
    """Give what is paid back for some of a line, in minor units.

    It is their share of what the line cost, discounts and tax included. What rounding takes from one return it gives to
    the next: all together are paid back exactly what the line cost.

    Args:
        total: what the line cost.
        ordered: how many were ordered.
        before: how many of them came back before.
        quantity: how many came back now.
    """
    return total * (before + quantity) // ordered - total * before // ordered
