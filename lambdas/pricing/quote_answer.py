"""A priced order in the words of the contract."""

from __future__ import annotations

from contracts.money import Money
from contracts.pricing import AppliedDiscount, Quote, QuoteLine, RefusedCoupon
from pricing.quote import PricedOrder


def answer(
    currency: str, priced: PricedOrder, refused: tuple[RefusedCoupon, ...], unavailable: tuple[str, ...]
) -> Quote:
    """Give what the caller of a quote reads.

    Args:
        currency: of all amounts.
        priced: the order; no amount of it exceeds the largest that money has.
        refused: coupons that gave nothing.
        unavailable: SKUs without a price.
    """

    def money(amount: int) -> Money:
        return Money(currency=currency, amount=amount)

    return Quote(
        currency=currency,
        lines=tuple(
            QuoteLine(
                sku=part.line.sku,
                product_id=part.line.product_id,
                name=part.line.name,
                quantity=part.line.quantity,
                unit_price=money(part.line.unit_price),
                subtotal=money(part.line.subtotal),
                discount=money(part.discount),
                tax=money(part.tax),
                total=money(part.total),
            )
            for part in priced.lines
        ),
        discounts=tuple(
            AppliedDiscount(
                code=applied.promotion.code, title=applied.promotion.title, amount=money(applied.reduction.amount)
            )
            for applied in priced.applied
        ),
        refused_coupons=refused,
        unavailable=unavailable,
        subtotal=money(priced.subtotal),
        discount=money(priced.discount),
        shipping=money(priced.shipping),
        shipping_discount=money(priced.shipping_discount),
        shipping_tax=money(priced.shipping_tax),
        tax=money(priced.tax),
        tax_included=priced.tax_included,
        total=money(priced.total),
    )
