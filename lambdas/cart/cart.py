"""A cart and what may become of it. Knows nothing of pydantic and of tables."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

MAXIMUM_SKUS = 100
MAXIMUM_QUANTITY = 999
MAXIMUM_COUPONS = 10
ANONYMOUS_LIFETIME = timedelta(days=30)
CUSTOMER_LIFETIME = timedelta(days=365)
ID_BYTES = 16
"""128 random bits: nobody finds another one's cart by trying (OWASP asks for 64 bits of entropy in a session id)."""

Status = Literal["open", "in-checkout", "ordered", "merged"]


class RefusedError(Exception):
    """The cart is in no state for that, or would grow too large.

    Attributes:
        kind: why, as the end of a problem's type.
    """

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


@dataclass(frozen=True, kw_only=True)
class Cart:
    """What somebody is about to buy.

    Attributes:
        id: who knows it may use an anonymous cart.
        currency: all prices are in it.
        customer_id: whose it is; None while it is anonymous.
        status: ``open`` to changes, ``in-checkout`` for one checkout, ``ordered``, or ``merged`` into another cart.
        checkout_id: the checkout that has it, or that made an order of it.
        order_id: what became of it.
        merged_into: the cart that took it over.
        items: how many of each SKU, in the order in which they were put in.
        coupons: codes as they were typed.
        version: grows with every change.
        expires_at: after it the cart is gone.
    """

    id: str
    currency: str
    expires_at: datetime
    customer_id: str | None = None
    status: Status = "open"
    checkout_id: str | None = None
    order_id: str | None = None
    merged_into: str | None = None
    items: Mapping[str, int] = field(default_factory=dict)
    coupons: tuple[str, ...] = ()
    version: int = 1

    def is_of(self, customer_id: str | None) -> bool:
        """Say whether somebody may use it who knows its id; None for who is not signed in."""
        return self.status != "merged" and self.customer_id in (None, customer_id)

    def holding(self, sku: str, quantity: int) -> Cart:
        """Give it with so many of a SKU; the same object if it has them.

        Raises:
            RefusedError: when it is not open, or has 100 other SKUs.
        """
        self._require_open()
        if self.items.get(sku) == quantity:
            return self
        if sku not in self.items and len(self.items) >= MAXIMUM_SKUS:
            raise RefusedError("cart-full", f"the cart has {MAXIMUM_SKUS} different SKUs, the most it can hold")
        return replace(self, items={**self.items, sku: quantity}, version=self.version + 1)

    def without(self, sku: str) -> Cart:
        """Give it without a SKU; the same object if it has none.

        Raises:
            RefusedError: when it is not open.
        """
        self._require_open()
        if sku not in self.items:
            return self
        left = {other: quantity for other, quantity in self.items.items() if other != sku}
        return replace(self, items=left, version=self.version + 1)

    def with_coupon(self, code: str) -> Cart:
        """Give it with a coupon; the same object if it has it, in capitals or not.

        Raises:
            RefusedError: when it is not open, or has 10 others.
        """
        self._require_open()
        if _has(self.coupons, code):
            return self
        if len(self.coupons) >= MAXIMUM_COUPONS:
            raise RefusedError("too-many-coupons", f"the cart has {MAXIMUM_COUPONS} coupons, the most it can hold")
        return replace(self, coupons=(*self.coupons, code), version=self.version + 1)

    def without_coupon(self, code: str) -> Cart:
        """Give it without a coupon; the same object if it does not have it.

        Raises:
            RefusedError: when it is not open.
        """
        self._require_open()
        if not _has(self.coupons, code):
            return self
        left = tuple(other for other in self.coupons if other.upper() != code.upper())
        return replace(self, coupons=left, version=self.version + 1)

    def taking_over(self, other: Cart) -> Cart:
        """Give it with another cart's content added: quantities up to 999 of a SKU, coupons that it does not have.

        Raises:
            RefusedError: when either is not open, they are in different currencies, or it would grow too large.
        """
        self._require_open()
        other._require_open()
        if other.currency != self.currency:
            detail = f"the carts are in {other.currency} and {self.currency}; nothing is converted"
            raise RefusedError("other-currency", detail)
        items = dict(self.items)
        for sku, quantity in other.items.items():
            items[sku] = min(items.get(sku, 0) + quantity, MAXIMUM_QUANTITY)
        coupons = self.coupons + tuple(code for code in other.coupons if not _has(self.coupons, code))
        if len(items) > MAXIMUM_SKUS:
            raise RefusedError("cart-full", f"together the carts have {len(items)} SKUs, {MAXIMUM_SKUS} are the most")
        if len(coupons) > MAXIMUM_COUPONS:
            detail = f"together the carts have {len(coupons)} coupons, {MAXIMUM_COUPONS} are the most"
            raise RefusedError("too-many-coupons", detail)
        return replace(self, items=items, coupons=coupons, version=self.version + 1)

    def merged(self, into: str, *, customer_id: str) -> Cart:
        """Give it after another cart took its content: from now on only that one exists.

        Raises:
            RefusedError: when it is not open.
        """
        self._require_open()
        return replace(self, status="merged", merged_into=into, customer_id=customer_id, version=self.version + 1)

    def claimed(self, customer_id: str) -> Cart:
        """Give it as a customer's own.

        Raises:
            RefusedError: when it is not open.
        """
        self._require_open()
        return replace(self, customer_id=customer_id, version=self.version + 1)

    def locked(self, checkout_id: str) -> Cart:
        """Give it as one checkout has it; the same object if that checkout has it.

        Raises:
            RefusedError: when it is empty, ordered, or another checkout has it.
        """
        if self.status == "in-checkout" and self.checkout_id == checkout_id:
            return self
        self._require_open()
        if not self.items:
            raise RefusedError("cart-empty", "there is nothing in the cart")
        return replace(self, status="in-checkout", checkout_id=checkout_id, version=self.version + 1)

    def unlocked(self, checkout_id: str) -> Cart:
        """Give it open again; the same object if that checkout does not have it.

        Raises:
            RefusedError: when that checkout made an order of it.
        """
        if self.checkout_id != checkout_id:
            return self
        if self.status == "ordered":
            raise RefusedError("cart-ordered", "the checkout made an order of the cart")
        return replace(self, status="open", checkout_id=None, version=self.version + 1)

    def ordered(self, order_id: str, *, checkout_id: str) -> Cart:
        """Give it as the order it became; the same object if it is one already."""
        if self.status == "ordered":
            return self
        return replace(self, status="ordered", order_id=order_id, checkout_id=checkout_id, version=self.version + 1)

    def until(self, now: datetime) -> Cart:
        """Give it with its full life before it, as after every change."""
        return replace(self, expires_at=expiry(now, customer_id=self.customer_id))

    def _require_open(self) -> None:
        match self.status:
            case "in-checkout":
                raise RefusedError("cart-in-checkout", "the cart is in checkout; it cannot be changed meanwhile")
            case "ordered":
                raise RefusedError("cart-ordered", "the cart became an order; begin another one")
            case "merged":
                raise RefusedError("cart-merged", "the cart was taken over by another one")


def new_cart(currency: str, *, customer_id: str | None, now: datetime) -> Cart:
    """Give an empty cart under an id that nobody can guess."""
    return Cart(
        id=secrets.token_hex(ID_BYTES),
        currency=currency,
        customer_id=customer_id,
        expires_at=expiry(now, customer_id=customer_id),
    )


def expiry(now: datetime, *, customer_id: str | None) -> datetime:
    """Give the end of a cart's life, in whole seconds."""
    return now.replace(microsecond=0) + (CUSTOMER_LIFETIME if customer_id else ANONYMOUS_LIFETIME)


def _has(coupons: tuple[str, ...], code: str) -> bool:
    return code.upper() in {other.upper() for other in coupons}
