"""An amount divided among parts that sum up to it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

KeyT = TypeVar("KeyT", bound=str)


def allocate(amount: int, weights: Mapping[KeyT, int]) -> dict[KeyT, int]:
    """Divide an amount in proportion to weights by largest remainders (Hamilton's method).

    Each part is its exact share rounded down or up, so it is 0 where the weight is, and no part exceeds its weight
    unless the amount exceeds the sum of them. Of equal remainders the smaller key comes first: the order of the
    weights decides nothing.

    Args:
        amount: 0 or more minor units.
        weights: 0 or more by key.

    Raises:
        ValueError: when there is an amount and nobody to take it.
    """
    total = sum(weights.values())
    if total == 0:
        if amount:
            raise ValueError(f"cannot divide {amount} among weights that are all 0")
        return dict.fromkeys(weights, 0)
    parts = {key: amount * weight // total for key, weight in weights.items()}
    missing = amount - sum(parts.values())
    by_remainder = sorted(weights, key=lambda key: (-(amount * weights[key] % total), key))
    for key in by_remainder[:missing]:
        parts[key] += 1
    return parts
