"""What clients say of a cart."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cart.cart import MAXIMUM_QUANTITY
from contracts.model import Contract, Identifier
from contracts.money import Currency


class CartInput(Contract):
    """The body of ``POST /v1/carts``.

    Attributes:
        currency: all prices are in it.
    """

    currency: Currency


class ItemInput(Contract):
    """The body of ``PUT /v1/carts/{id}/items/{sku}``.

    Attributes:
        quantity: how many, 1 to 999, whatever there were before.
    """

    quantity: Annotated[int, Field(ge=1, le=MAXIMUM_QUANTITY)]


class CouponInput(Contract):
    """The body of ``POST /v1/carts/{id}/coupons``.

    Attributes:
        code: capitals and small letters are the same.
    """

    code: Identifier


class MergeInput(Contract):
    """The body of ``POST /v1/carts/{id}/merge``, which may be left out.

    Attributes:
        into: which of the customer's carts takes the items over; the current one when left out.
    """

    into: Identifier | None = None
