"""A promotion: what it takes off, for whom and when."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, kw_only=True)
class PercentageOff:
    """A part of the price of all items that qualify.

    Attributes:
        basis_points: hundredths of a percent, 1 to 10,000.
    """

    basis_points: int


@dataclass(frozen=True, kw_only=True)
class AmountOff:
    """A fixed amount off all items that qualify together; no more than they cost.

    Attributes:
        currency: in no other currency it applies.
        amount: in minor units.
    """

    currency: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class BuyGet:
    """Of every ``buy + get`` items that qualify, ``get`` for less; of all of them the cheapest.

    Attributes:
        buy: how many are paid in full, 1 or more.
        get: how many are cheaper, 1 or more.
        basis_points: how much is taken off them; 10,000 makes them free.
    """

    buy: int
    get: int
    basis_points: int


@dataclass(frozen=True, kw_only=True)
class FreeShipping:
    """All of what shipping costs."""


Effect: TypeAlias = PercentageOff | AmountOff | BuyGet | FreeShipping


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """What the items that qualify must cost together before discounts.

    Attributes:
        currency: in no other currency it is reached.
        amount: in minor units.
    """

    currency: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """When a promotion applies; what is left out does not matter.

    Attributes:
        categories: items of these qualify, and those of ``skus``; with neither, every item.
        skus: items of these qualify, and those of ``categories``.
        minimum: what they must cost together.
        currency: the order must be in it.
        customer_groups: the customer must be in one of them.
        starts_at: not before.
        ends_at: not then and not later.
    """

    categories: frozenset[str] = frozenset()
    skus: frozenset[str] = frozenset()
    minimum: Threshold | None = None
    currency: str | None = None
    customer_groups: frozenset[str] = frozenset()
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """A promotion, as a merchant has set it up.

    Attributes:
        code: in capitals; of one that needs a coupon, what customers type.
        title: what they are told.
        effect: what it takes off.
        conditions: when.
        automatic: it needs no coupon.
        enabled: otherwise it is as if it were not.
        combinable: it goes together with others that do; one that does not stands alone.
        priority: of several, higher ones are applied first; 0 to 1000.
        limit: how many orders may use it.
        limit_per_customer: how many of one customer.
        version: grows with every change.
        disabled_at: since when it is not enabled; None while it is, and for one that never was.
    """

    code: str
    title: str
    effect: Effect
    conditions: Conditions = Conditions()
    automatic: bool = False
    enabled: bool = True
    combinable: bool = True
    priority: int = 0
    limit: int | None = None
    limit_per_customer: int | None = None
    version: int = 1
    disabled_at: datetime | None = field(default=None, compare=False)

    @property
    def rank(self) -> tuple[int, str]:
        """What promotions are sorted by: the highest priority first, among equals the code."""
        return (-self.priority, self.code)

    @property
    def is_tallied(self) -> bool:
        """Whether its uses are only counted: no limit decides on their number."""
        return self.limit is None

    def limits_alike(self, other: Promotion) -> bool:
        """Whether another may be used as often as it, by all and by one customer."""
        return (self.limit, self.limit_per_customer) == (other.limit, other.limit_per_customer)

    def replaced_by(self, wanted: Promotion, *, at: datetime) -> Promotion:
        """Give what is to be instead, a version later; the same object if that is what it is already.

        Args:
            wanted: what is to be.
            at: when it is replaced.
        """
        if replace(wanted, version=self.version) == self:
            return self
        disabled_at = None if wanted.enabled else at if self.enabled else self.disabled_at
        return replace(wanted, version=self.version + 1, disabled_at=disabled_at)
