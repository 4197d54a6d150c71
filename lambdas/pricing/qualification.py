"""Whether a promotion is for an order, and if not, why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from pricing.line import Line
from pricing.promotion import AmountOff, BuyGet, FreeShipping, Promotion, Threshold

Unfit: TypeAlias = Literal[
    "unknown",
    "not-yet-valid",
    "expired",
    "other-customers",
    "other-currency",
    "no-item-qualifies",
    "minimum-not-reached",
]


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a promotion may look at.

    Attributes:
        currency: of all prices.
        lines: what is bought.
        customer_groups: of whoever buys.
        at: when.
    """

    currency: str
    lines: Sequence[Line]
    customer_groups: frozenset[str]
    at: datetime


def qualifying_lines(promotion: Promotion, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Give the lines that a promotion is for."""
    conditions = promotion.conditions
    if not conditions.categories and not conditions.skus:
        return tuple(lines)
    return tuple(line for line in lines if line.category in conditions.categories or line.sku in conditions.skus)


def closed(promotion: Promotion, *, at: datetime) -> Unfit | None:
    """Give why nobody can use a promotion at a time, or None."""
    conditions = promotion.conditions
    if not promotion.enabled and (promotion.disabled_at is None or at >= promotion.disabled_at):
        return "unknown"
    if conditions.starts_at is not None and at < conditions.starts_at:
        return "not-yet-valid"
    if conditions.ends_at is not None and at >= conditions.ends_at:
        return "expired"
    return None


def currencies_of(promotion: Promotion) -> set[str]:
    """Give the currencies that a promotion speaks of; of two it could never apply."""
    conditions, effect = promotion.conditions, promotion.effect
    amounts = [amount for amount in (conditions.minimum, effect) if isinstance(amount, Threshold | AmountOff)]
    named = {conditions.currency} if conditions.currency else set()
    return named | {amount.currency for amount in amounts}


def unfit(promotion: Promotion, order: Order) -> Unfit | None:
    """Give why a promotion is not for an order, whatever else applies to it; None when it is."""
    conditions, effect = promotion.conditions, promotion.effect
    if (reason := closed(promotion, at=order.at)) is not None:
        return reason
    if conditions.customer_groups and conditions.customer_groups.isdisjoint(order.customer_groups):
        return "other-customers"
    if currencies_of(promotion) - {order.currency}:
        return "other-currency"
    lines = qualifying_lines(promotion, order.lines)
    if not lines:
        return "no-item-qualifies"
    if conditions.minimum and sum(line.subtotal for line in lines) < conditions.minimum.amount:
        return "minimum-not-reached"
    if isinstance(effect, BuyGet) and sum(line.quantity for line in lines) < effect.buy + effect.get:
        return "minimum-not-reached"
    return None


def waits_for_shipping(promotion: Promotion, *, shipping_chosen: bool) -> bool:
    """Say whether a promotion takes nothing off yet, but will once there is something to ship."""
    return isinstance(promotion.effect, FreeShipping) and not shipping_chosen
