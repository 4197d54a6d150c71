"""The tax on an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pricing.allocation import allocate
from pricing.rounding import half_up

PARTS = 1_000_000
"""A rate counts parts per million: 19 % is 190,000, Minnesota's 6.875 % is 68,750."""


@dataclass(frozen=True, kw_only=True)
class TaxRule:
    """How a destination taxes what is sold to it.

    Attributes:
        rate: parts per million of the price without tax.
        included: prices contain the tax.
        on_shipping: what shipping costs is taxed as well.
    """

    rate: int
    included: bool
    on_shipping: bool


UNTAXED = TaxRule(rate=0, included=False, on_shipping=False)
"""What applies where no rule is known, and while no destination is."""


@dataclass(frozen=True, kw_only=True)
class Taxes:
    """The tax on what remains to be paid.

    Attributes:
        items: by SKU.
        shipping: on shipping.
    """

    items: Mapping[str, int]
    shipping: int

    @property
    def amount(self) -> int:
        """All of it."""
        return sum(self.items.values()) + self.shipping


def taxes_on(rule: TaxRule, *, items: Mapping[str, int], shipping: int) -> Taxes:
    """Give the tax on an order, rounded once for all of it and then divided among its parts.

    Section 324 of the Streamlined Sales and Use Tax Agreement lets US sellers compute by invoice; what an invoice
    states of VAT is its amount a rate (Directive 2006/112/EC, article 226).

    Args:
        rule: the destination's.
        items: what is to be paid, by SKU.
        shipping: what is to be paid for it.
    """
    # No SKU begins with a blank.
    taxed = {**items, " shipping": shipping if rule.on_shipping else 0}
    base = sum(taxed.values())
    amount = half_up(base * rule.rate, PARTS + rule.rate if rule.included else PARTS)
    parts = allocate(amount, taxed)
    return Taxes(shipping=parts.pop(" shipping"), items=parts)
