"""What a merchant says of a promotion."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from contracts.model import Contract, Identifier, ReadOnly, Text
from contracts.money import Currency, Money
from contracts.order import PRINTABLE
from contracts.pricing import CustomerGroup
from pricing.promotion import AmountOff, BuyGet, Conditions, Effect, FreeShipping, PercentageOff, Promotion, Threshold
from pricing.qualification import currencies_of

MAXIMUM_LIMIT = 1_000_000_000

BasisPoints = Annotated[int, Field(ge=1, le=10_000)]
Limit = Annotated[int, Field(ge=1, le=MAXIMUM_LIMIT)]
Time = Annotated[AwareDatetime, Field(strict=False)]


class PercentageInput(Contract):
    """A part of the price.

    Attributes:
        type: ``percentage``.
        basis_points: hundredths of a percent, 1 to 10,000.
    """

    type: Literal["percentage"]
    basis_points: BasisPoints

    def effect(self) -> Effect:
        """Give what it does."""
        return PercentageOff(basis_points=self.basis_points)


class AmountInput(Contract):
    """A fixed amount.

    Attributes:
        type: ``amount``.
        amount: more than 0.
    """

    type: Literal["amount"]
    amount: Money

    def effect(self) -> Effect:
        """Give what it does."""
        return AmountOff(currency=self.amount.currency, amount=self.amount.amount)

    @model_validator(mode="after")
    def _takes_something_off(self) -> Self:
        if self.amount.amount == 0:
            raise ValueError("must be more than 0")
        return self


class BuyGetInput(Contract):
    """Some for less when others are bought.

    Attributes:
        type: ``buy_get``.
        buy: how many are paid in full, 1 to 100.
        get: how many are cheaper, 1 to 100.
        basis_points: how much is taken off those, 10,000 when left out: they are free.
    """

    type: Literal["buy_get"]
    buy: Annotated[int, Field(ge=1, le=100)]
    get: Annotated[int, Field(ge=1, le=100)]
    basis_points: BasisPoints = 10_000

    def effect(self) -> Effect:
        """Give what it does."""
        return BuyGet(buy=self.buy, get=self.get, basis_points=self.basis_points)


class FreeShippingInput(Contract):
    """Shipping for nothing.

    Attributes:
        type: ``free_shipping``.
    """

    type: Literal["free_shipping"]

    def effect(self) -> Effect:
        """Give what it does."""
        return FreeShipping()


class ConditionsInput(Contract):
    """When a promotion applies; what is left out does not matter.

    Attributes:
        categories: up to 100; items of them qualify, beside those of ``skus``.
        skus: up to 500; they qualify, beside items of ``categories``.
        minimum: what the items that qualify cost together, before discounts.
        currency: of the order.
        customer_groups: up to 20, one of which the customer must be in.
        starts_at: not before.
        ends_at: not then and not later.
    """

    categories: Annotated[frozenset[Text], Field(strict=False, max_length=100)] = frozenset()
    skus: Annotated[frozenset[Identifier], Field(strict=False, max_length=500)] = frozenset()
    minimum: Money | None = None
    currency: Currency | None = None
    customer_groups: Annotated[frozenset[CustomerGroup], Field(strict=False, max_length=20)] = frozenset()
    starts_at: Time | None = None
    ends_at: Time | None = None

    def conditions(self) -> Conditions:
        """Give them as the domain knows them."""
        minimum = self.minimum
        return Conditions(
            categories=self.categories,
            skus=self.skus,
            minimum=Threshold(currency=minimum.currency, amount=minimum.amount) if minimum else None,
            currency=self.currency,
            customer_groups=self.customer_groups,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
        )

    @model_validator(mode="after")
    def _window_opens(self) -> Self:
        if self.starts_at and self.ends_at and self.starts_at >= self.ends_at:
            raise ValueError("ends_at must be after starts_at")
        return self


class PromotionInput(Contract):
    """The body of ``PUT /v1/promotions/{code}``.

    Attributes:
        title: what customers are told, 1 to 200 characters.
        effect: what it takes off.
        conditions: when.
        automatic: it needs no coupon.
        enabled: otherwise it is as if it were not.
        combinable: it goes together with others that do; one that does not stands alone.
        priority: higher ones are applied first, 0 to 1000.
        limit: how many orders may use it, 1 to a billion; any number when left out.
        limit_per_customer: how many of one customer; any number when left out.
        code: read-only: taken and ignored, so that what was read can be changed and sent back.
    """

    title: Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]
    effect: Annotated[PercentageInput | AmountInput | BuyGetInput | FreeShippingInput, Field(discriminator="type")]
    conditions: ConditionsInput = ConditionsInput()
    automatic: bool = False
    enabled: bool = True
    combinable: bool = True
    priority: Annotated[int, Field(ge=0, le=1000)] = 0
    limit: Limit | None = None
    limit_per_customer: Limit | None = None
    code: ReadOnly

    def promotion(self, code: str) -> Promotion:
        """Give it as the domain knows it, version 1."""
        return Promotion(
            code=code,
            title=self.title,
            effect=self.effect.effect(),
            conditions=self.conditions.conditions(),
            automatic=self.automatic,
            enabled=self.enabled,
            combinable=self.combinable,
            priority=self.priority,
            limit=self.limit,
            limit_per_customer=self.limit_per_customer,
        )

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        if len(named := currencies_of(self.promotion("X"))) > 1:
            raise ValueError(f"speaks of {' and '.join(sorted(named))}, so it could never apply")
        return self
