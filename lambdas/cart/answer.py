"""A cart as clients see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cart.cart import Cart

if TYPE_CHECKING:
    from contracts.money import Money
    from contracts.pricing import Quote, QuoteLine

PRICES_UNAVAILABLE = "prices-unavailable"
"""Pricing did not answer: the cart is right, what it costs is not known at the moment."""


def document(cart: Cart, quote: Quote | None) -> dict[str, object]:
    """Give a cart with what it costs now.

    Args:
        cart: the cart.
        quote: pricing's answer for its content; None when there is none, or the cart is empty or ordered.
    """
    asked = quote is not None
    lines = {line.sku: line for line in quote.lines} if quote else {}
    is_priced = bool(cart.items) and cart.status != "ordered"
    return {
        "id": cart.id,
        "currency": cart.currency,
        "status": cart.status,
        "order_id": cart.order_id,
        "items": [_item(sku, quantity, lines.get(sku), asked=asked) for sku, quantity in cart.items.items()],
        "coupons": list(cart.coupons),
        "discounts": [discount.model_dump() for discount in quote.discounts] if quote else [],
        "refused_coupons": [refused.model_dump() for refused in quote.refused_coupons] if quote else [],
        "totals": _totals(cart, quote, is_priced=is_priced),
        "note": PRICES_UNAVAILABLE if is_priced and quote is None else None,
        "expires_at": cart.expires_at.isoformat().replace("+00:00", "Z"),
    }


def _item(sku: str, quantity: int, line: QuoteLine | None, *, asked: bool) -> dict[str, object]:
    return {
        "sku": sku,
        "quantity": quantity,
        "name": line.name if line else None,
        "unit_price": _money(line.unit_price) if line else None,
        "total": _money(line.total) if line else None,
        "available": line is not None if asked else None,
    }


def _totals(cart: Cart, quote: Quote | None, *, is_priced: bool) -> dict[str, object] | None:
    if quote:
        amounts = {
            "subtotal": quote.subtotal,
            "discount": quote.discount,
            "shipping": quote.shipping,
            "tax": quote.tax,
            "total": quote.total,
        }
        return {**{name: _money(amount) for name, amount in amounts.items()}, "tax_included": quote.tax_included}
    if is_priced or cart.status == "ordered":
        return None
    nothing: dict[str, object] = {"currency": cart.currency, "amount": 0}
    names = ("subtotal", "discount", "shipping", "tax", "total")
    return {**dict.fromkeys(names, nothing), "tax_included": False}


def _money(money: Money) -> dict[str, object]:
    return {"currency": money.currency, "amount": money.amount}
