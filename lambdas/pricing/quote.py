"""What an order costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pricing.line import Line
from pricing.promotion import Promotion
from pricing.stacking import Applied, best_combination
from pricing.tax import TaxRule, taxes_on


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    """What a line costs in the end.

    Attributes:
        line: before discounts.
        discount: its part of all discounts.
        tax: its part of the tax.
        total: what is to be paid for it.
    """

    line: Line
    discount: int
    tax: int
    total: int


@dataclass(frozen=True, kw_only=True)
class PricedOrder:
    """What an order costs, in minor units; parts always sum up.

    Attributes:
        lines: in the order asked for.
        applied: promotions, in order.
        idle: promotions that fit and still take nothing off, for another one does.
        shipping: before discounts.
        shipping_discount: off it.
        shipping_tax: on what is left of it.
        tax_included: whether prices contain the tax.
    """

    lines: tuple[PricedLine, ...]
    applied: tuple[Applied, ...]
    idle: tuple[Promotion, ...]
    shipping: int
    shipping_discount: int
    shipping_tax: int
    tax_included: bool

    @property
    def subtotal(self) -> int:
        """All lines before discounts."""
        return sum(priced.line.subtotal for priced in self.lines)

    @property
    def discount(self) -> int:
        """All discounts on lines."""
        return sum(priced.discount for priced in self.lines)

    @property
    def tax(self) -> int:
        """All taxes, that on shipping too."""
        return sum(priced.tax for priced in self.lines) + self.shipping_tax

    @property
    def total(self) -> int:
        """What is to be paid."""
        shipping = self.shipping - self.shipping_discount + (0 if self.tax_included else self.shipping_tax)
        return sum(priced.total for priced in self.lines) + shipping


def price(
    lines: Sequence[Line], *, promotions: Sequence[Promotion], shipping: int | None, tax_rule: TaxRule
) -> PricedOrder:
    """Give what an order costs: prices, less discounts, and the tax on or in what remains.

    Args:
        lines: what is bought, each SKU once.
        promotions: those that fit the order.
        shipping: what the option chosen costs; None while none is.
        tax_rule: the destination's.
    """
    combination = best_combination(promotions, lines, shipping)
    discounts = {
        line.sku: sum(applied.reduction.items.get(line.sku, 0) for applied in combination.applied) for line in lines
    }
    shipping_discount = sum(applied.reduction.shipping for applied in combination.applied)
    remaining = {line.sku: line.subtotal - discounts[line.sku] for line in lines}
    taxes = taxes_on(tax_rule, items=remaining, shipping=(shipping or 0) - shipping_discount)
    priced = tuple(
        PricedLine(
            line=line,
            discount=discounts[line.sku],
            tax=taxes.items[line.sku],
            total=remaining[line.sku] + (0 if tax_rule.included else taxes.items[line.sku]),
        )
        for line in lines
    )
    used = {applied.promotion.code for applied in combination.applied}
    return PricedOrder(
        lines=priced,
        applied=combination.applied,
        idle=tuple(promotion for promotion in promotions if promotion.code not in used),
        shipping=shipping or 0,
        shipping_discount=shipping_discount,
        shipping_tax=taxes.shipping,
        tax_included=tax_rule.included,
    )
