"""A quote: what is asked for, looked up, priced and put into the answer's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from contracts.money import MAXIMUM_AMOUNT
from contracts.pricing import Quote, QuoteRequest, RefusalReason, RefusedCoupon
from pricing.code import canonical
from pricing.customer_uses import customer_keys
from pricing.line import Line
from pricing.price_list import ProductPrices, price_in
from pricing.price_list_repository import PriceListRepository
from pricing.promotion import Promotion
from pricing.promotion_repository import PromotionRepository
from pricing.qualification import Order, unfit
from pricing.quote import PricedOrder, price
from pricing.quote_answer import answer
from pricing.redemption_repository import RedemptionRepository
from pricing.sku_price import SkuPrice
from pricing.tax import UNTAXED
from pricing.tax_table import tax_rule
from product_copies.repository import ProductCopies


class AmountTooLargeError(Exception):
    """The order costs more than an amount can say."""


class UnusablePriceListError(Exception):
    """There is no such price list, or it is of another currency."""


@dataclass(frozen=True, kw_only=True)
class Quoting:
    """Makes quotes.

    Attributes:
        prices: of SKUs.
        price_lists: before them.
        promotions: all that there are.
        redemptions: how often they were used.
    """

    prices: ProductCopies
    price_lists: PriceListRepository
    promotions: PromotionRepository
    redemptions: RedemptionRepository

    def quote(self, asked: QuoteRequest, *, at: datetime) -> Quote:
        """Give what an order costs at a time.

        Raises:
            UnusablePriceListError: there is no list as it asks for.
            AmountTooLargeError: no amount can say what it costs.
        """
        lines, unavailable = self._lines(asked)
        groups = frozenset(asked.customer_groups)
        order = Order(currency=asked.currency, lines=lines, customer_groups=groups, at=at)
        typed = {code: canonical(code) for code in asked.coupons}
        fitting, refused = self._promotions(order, {code for code in typed.values() if code}, asked)
        rule = UNTAXED
        if asked.destination:
            place = asked.destination
            rule = tax_rule(place.country, region=place.region, postal_code=place.postal_code)
        shipping = asked.shipping.amount.amount if asked.shipping else None
        priced = price(lines, promotions=fitting, shipping=shipping, tax_rule=rule)
        if priced.subtotal + priced.shipping + priced.tax > MAXIMUM_AMOUNT:
            raise AmountTooLargeError(f"an order costs at most {MAXIMUM_AMOUNT} minor units")
        refused |= {promotion.code: _why_idle(promotion, priced) for promotion in priced.idle}
        reasons = {as_typed: refused.get(code, "unknown") for as_typed, code in _first_spellings(typed).items()}
        applied = {discount.promotion.code for discount in priced.applied}
        refusals = tuple(
            RefusedCoupon(code=as_typed, reason=reason)
            for as_typed, reason in reasons.items()
            if typed[as_typed] not in applied
        )
        return answer(asked.currency, priced, refusals, unavailable)

    def _lines(self, asked: QuoteRequest) -> tuple[list[Line], tuple[str, ...]]:
        price_list = self.price_lists.recent(asked.price_list or asked.currency)
        if asked.price_list and price_list is None:
            raise UnusablePriceListError(f"there is no price list {asked.price_list!r}")
        if price_list and price_list.currency != asked.currency:
            raise UnusablePriceListError(f"price list {price_list.id!r} is in {price_list.currency}")
        known = self.prices.find([item.sku for item in asked.items])
        lines: list[Line] = []
        for item in asked.items:
            sku = item.sku
            if sku not in known:
                continue
            found = cast(SkuPrice, known[sku])
            own = ProductPrices(
                currency=found["currency"],
                by_currency={**found.get("others", {}), found["currency"]: found["amount"]},
                listed=found.get("of_lists", {}),
            )
            unit_price = price_in(asked.currency, sku=sku, own=own, price_list=price_list)
            if unit_price is not None:
                lines.append(
                    Line(
                        sku=sku,
                        product_id=found["product_id"],
                        name=found["name"],
                        category=found["category"],
                        quantity=item.quantity,
                        unit_price=unit_price,
                    )
                )
        priced = {line.sku for line in lines}
        return lines, tuple(item.sku for item in asked.items if item.sku not in priced)

    def _promotions(
        self, order: Order, codes: set[str], asked: QuoteRequest
    ) -> tuple[list[Promotion], dict[str, RefusalReason]]:
        candidates = {promotion.code: promotion for promotion in self.promotions.recent_automatic()}
        candidates |= self.promotions.recent(sorted(codes))
        refused: dict[str, RefusalReason] = {}
        fitting: list[Promotion] = []
        for code, promotion in candidates.items():
            if (reason := unfit(promotion, order)) is not None:
                refused[code] = reason
            else:
                fitting.append(promotion)
        customers = customer_keys(customer_id=asked.customer_id, email=asked.email)
        refused |= self.redemptions.exhausted(fitting, list(customers.values()))
        return [promotion for promotion in fitting if promotion.code not in refused], refused


def _first_spellings(typed: Mapping[str, str | None]) -> dict[str, str]:
    """Give the coupons as typed, one that was typed twice in different letters once; those that cannot be, too."""
    spelt: dict[str, str] = {}
    for as_typed, code in typed.items():
        if code is None or code not in spelt.values():
            spelt[as_typed] = code or ""
    return spelt


def _why_idle(promotion: Promotion, priced: PricedOrder) -> RefusalReason:
    together = [applied.promotion for applied in priced.applied]
    if together and not (promotion.combinable and all(other.combinable for other in together)):
        return "not-combinable"
    return "nothing-left"
