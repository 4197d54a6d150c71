"""What of an order is personal, and what is left when its buyer wishes to be forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import cast

from orders.order import Order, Status

UNDER_WAY: frozenset[Status] = frozenset({"pending", "confirmed", "partially_shipped", "shipped"})
"""While it stands so, an order still has to reach its buyer."""

INVOICE_YEARS = 10
"""How many years after the one of the order its invoice is kept: the longest that a member state of the EU asks for."""

ERASED_EMAIL = "erased@erased.invalid"
ERASED = "erased"


def guest_key_of(email: str) -> str:
    """Give what stands for a guest's e-mail address in the index of orders by address."""
    return sha256(f"email {email.lower()}".encode()).hexdigest()


def forgotten(order: Order) -> Order:
    """Give an order after its buyer wished to be forgotten; the same object when nothing is left to forget.

    What came to nothing becomes nobody's. Of what was sold the invoice must be kept for ten years, which needs the
    buyer's name and address; the e-mail address goes as soon as the order is no longer under way.
    """
    if order.outcome == "pending" or order.content["email"] == ERASED_EMAIL:
        return order
    if order.outcome == "rejected":
        return replace(order, content=_nobodys(order), guest_key=None, version=order.version + 1)
    kept_until = date(order.placed_at.year + INVOICE_YEARS + 1, 1, 1)
    if order.status not in UNDER_WAY:
        return replace(order, content=_without_contact(order), kept_until=kept_until, version=order.version + 1)
    return order if order.kept_until else replace(order, kept_until=kept_until, version=order.version + 1)


def _without_contact(order: Order) -> dict[str, object]:
    return {**{name: value for name, value in order.content.items() if name != "language"}, "email": ERASED_EMAIL}


def _nobodys(order: Order) -> dict[str, object]:
    country = cast("Mapping[str, str]", order.content["shipping_address"])["country"]
    nobody = {"name": ERASED, "line1": ERASED, "city": ERASED, "country": country}
    content = {**_without_contact(order), "shipping_address": nobody}
    content.pop("customer_id", None)
    return content
