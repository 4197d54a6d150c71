"""A cart, as checkout takes it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from contracts.model import Contract, Identifier
from contracts.money import Currency
from contracts.pricing import MAXIMUM_COUPONS, MAXIMUM_LINES, CouponCode, QuoteItem


class CartLockRequest(Contract):
    """The body of ``PUT /v1/carts/{id}/checkout``: from now on the cart is this checkout's.

    Attributes:
        checkout_id: whose it is.
        customer_id: who checks out; the cart of a customer is nobody else's.
    """

    checkout_id: Identifier
    customer_id: Identifier | None = None


class LockedCart(Contract):
    """The answer of ``PUT /v1/carts/{id}/checkout``: what is bought. It stays as it is until it is unlocked.

    Attributes:
        id: the cart's.
        currency: all prices are in it.
        customer_id: of a customer's cart; None for an anonymous one.
        items: at least one, each SKU once.
        coupons: codes as they were typed.
    """

    id: Identifier
    currency: Currency
    customer_id: Identifier | None = None
    items: Annotated[tuple[QuoteItem, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_LINES)]
    coupons: Annotated[tuple[CouponCode, ...], Field(strict=False, max_length=MAXIMUM_COUPONS)] = ()
