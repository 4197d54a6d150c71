"""What each kind of promotion takes off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pricing.allocation import allocate
from pricing.line import Line
from pricing.promotion import AmountOff, BuyGet, Effect, FreeShipping, PercentageOff
from pricing.rounding import half_up

BASIS_POINTS = 10_000


@dataclass(frozen=True, kw_only=True)
class Remaining:
    """What is still to be paid.

    Attributes:
        items: by SKU.
        shipping: for the option chosen; 0 when none is.
    """

    items: Mapping[str, int]
    shipping: int

    def less(self, reduction: Reduction) -> Remaining:
        """Give what remains after a reduction of it."""
        items = {sku: amount - reduction.items.get(sku, 0) for sku, amount in self.items.items()}
        return Remaining(items=items, shipping=self.shipping - reduction.shipping)


@dataclass(frozen=True, kw_only=True)
class Reduction:
    """What a promotion takes off; never more than remains.

    Attributes:
        items: by SKU.
        shipping: off shipping.
    """

    items: Mapping[str, int]
    shipping: int = 0

    @property
    def amount(self) -> int:
        """All of it."""
        return sum(self.items.values()) + self.shipping


def reduction_of(effect: Effect, qualifying: Sequence[Line], remaining: Remaining) -> Reduction:
    """Give what an effect takes off what other promotions left.

    Args:
        effect: of the promotion.
        qualifying: the lines that it is for.
        remaining: of all lines and shipping.
    """
    base = {line.sku: remaining.items[line.sku] for line in qualifying}
    match effect:
        case PercentageOff(basis_points=basis_points):
            return Reduction(items=allocate(half_up(sum(base.values()) * basis_points, BASIS_POINTS), base))
        case AmountOff(amount=amount):
            return Reduction(items=allocate(min(amount, sum(base.values())), base))
        case BuyGet():
            return Reduction(items=_cheapest(effect, qualifying, base))
        case FreeShipping():
            return Reduction(items={}, shipping=remaining.shipping)


def _cheapest(effect: BuyGet, qualifying: Sequence[Line], base: Mapping[str, int]) -> dict[str, int]:
    bought = sum(line.quantity for line in qualifying)
    cheaper = bought // (effect.buy + effect.get) * effect.get
    reductions: dict[str, int] = {}
    for line in sorted(qualifying, key=lambda line: (line.unit_price, line.sku)):
        taken = min(cheaper, line.quantity)
        cheaper -= taken
        # Of a line that is cheaper already, one item costs its share of what remains.
        reductions[line.sku] = half_up(base[line.sku] * taken * effect.basis_points, line.quantity * BASIS_POINTS)
    return reductions
