"""Which promotions apply together, and in which order.

They are applied by priority, the highest first, among equals by code; each takes from what those before it left. Those
that are combinable form one candidate; each that is not is a candidate of its own. The candidate that takes most off
wins, so that no customer pays more for having another coupon; among equals the first, the combination before all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pricing.line import Line
from pricing.promotion import Promotion
from pricing.qualification import qualifying_lines, waits_for_shipping
from pricing.reduction import Reduction, Remaining, reduction_of


@dataclass(frozen=True, kw_only=True)
class Applied:
    """A promotion and what it takes off.

    Attributes:
        promotion: which.
        reduction: what.
    """

    promotion: Promotion
    reduction: Reduction


@dataclass(frozen=True, kw_only=True)
class Combination:
    """Promotions that apply together.

    Attributes:
        applied: in order.
        idle: those that found nothing left to take off.
    """

    applied: tuple[Applied, ...]
    idle: tuple[Promotion, ...]

    @property
    def amount(self) -> int:
        """What all take off."""
        return sum(applied.reduction.amount for applied in self.applied)


def best_combination(promotions: Sequence[Promotion], lines: Sequence[Line], shipping: int | None) -> Combination:
    """Give the promotions that take most off.

    Args:
        promotions: those that fit the order, each once.
        lines: what is bought.
        shipping: what it costs; None while nothing is chosen.
    """
    ranked = sorted(promotions, key=lambda promotion: promotion.rank)
    candidates = [[promotion for promotion in ranked if promotion.combinable]]
    candidates += [[promotion] for promotion in ranked if not promotion.combinable]
    combinations = [_combination(candidate, lines, shipping) for candidate in candidates]
    # Of those that take nothing off, one that waits for shipping is better than none at all.
    return max(combinations, key=lambda combination: (combination.amount, bool(combination.applied)))


def _combination(promotions: Sequence[Promotion], lines: Sequence[Line], shipping: int | None) -> Combination:
    remaining = Remaining(items={line.sku: line.subtotal for line in lines}, shipping=shipping or 0)
    applied: list[Applied] = []
    idle: list[Promotion] = []
    for promotion in promotions:
        reduction = reduction_of(promotion.effect, qualifying_lines(promotion, lines), remaining)
        if reduction.amount or waits_for_shipping(promotion, shipping_chosen=shipping is not None):
            remaining = remaining.less(reduction)
            applied.append(Applied(promotion=promotion, reduction=reduction))
        else:
            idle.append(promotion)
    return Combination(applied=tuple(applied), idle=tuple(idle))
