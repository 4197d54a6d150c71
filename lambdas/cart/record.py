"""A cart as an item of the table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypedDict, cast

from cart.cart import Cart, Status
from store.operations import ABSENT, Item, Put, version_is

CART = "CART"


class _Line(TypedDict):
    sku: str
    quantity: int


class _CartRecord(TypedDict):
    pk: str
    sk: str
    currency: str
    customer_id: str | None
    status: Status
    checkout_id: str | None
    order_id: str | None
    merged_into: str | None
    items: list[_Line]
    coupons: list[str]
    version: int
    expires_at: int


def cart_key(cart_id: str) -> str:
    """Give the partition of a cart and of what belongs to it."""
    return f"CART#{cart_id}"


def read_cart(item: Item) -> Cart:
    """Give the cart of an item."""
    record = cast(_CartRecord, item)
    return Cart(
        id=record["pk"].partition("#")[2],
        currency=record["currency"],
        customer_id=record.get("customer_id"),
        status=record["status"],
        checkout_id=record.get("checkout_id"),
        order_id=record.get("order_id"),
        merged_into=record.get("merged_into"),
        items={line["sku"]: line["quantity"] for line in record["items"]},
        coupons=tuple(record["coupons"]),
        version=record["version"],
        expires_at=datetime.fromtimestamp(record["expires_at"], UTC),
    )


def put_cart(cart: Cart, *, replacing: Cart | None) -> Put:
    """Give the write of a cart, which fails when it is not any more what was read.

    Args:
        cart: as it shall be.
        replacing: as it was read; None for a new one.
    """
    optional = {
        "customer_id": cart.customer_id,
        "checkout_id": cart.checkout_id,
        "order_id": cart.order_id,
        "merged_into": cart.merged_into,
    }
    item = {
        "pk": cart_key(cart.id),
        "sk": CART,
        "currency": cart.currency,
        "status": cart.status,
        "items": [{"sku": sku, "quantity": quantity} for sku, quantity in cart.items.items()],
        "coupons": list(cart.coupons),
        "version": cart.version,
        "expires_at": int(cart.expires_at.timestamp()),
        **{name: value for name, value in optional.items() if value is not None},
    }
    return Put(item=item, condition=version_is(replacing.version) if replacing else ABSENT)
