"""The operations of carts."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api_description.operation import Answer, Body, Operation, Parameter, Tag
from api_description.problem_kinds import conflict, not_found
from cart.answer import PRICES_UNAVAILABLE
from cart.cart import MAXIMUM_COUPONS, MAXIMUM_SKUS
from cart.cart_input import CartInput, CouponInput, ItemInput, MergeInput
from contracts.cart import CartLockRequest, LockedCart
from contracts.model import Contract, Identifier
from contracts.money import Currency, Money
from contracts.pricing import AppliedDiscount, Quantity, RefusedCoupon

CARTS = Tag("Carts", "What somebody wants to buy, and what it costs now.")


class CartItem(Contract):
    """One SKU of a cart.

    Attributes:
        sku: stock keeping unit.
        quantity: how many.
        name: the product's; null when there is no price.
        unit_price: of one; null when there is no price.
        total: of all of them; null when there is no price.
        available: whether it can be bought now; null when that is not known.
    """

    sku: Identifier
    quantity: Quantity
    name: str | None
    unit_price: Money | None
    total: Money | None
    available: bool | None


class CartTotals(Contract):
    """What a cart costs.

    Attributes:
        subtotal: of all items, before discounts.
        discount: of all items.
        shipping: before an option is chosen, nothing.
        tax: as far as it is known.
        total: what would be paid.
        tax_included: whether prices contain the tax.
    """

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    tax_included: bool


class Cart(Contract):
    """A cart, and what it costs now.

    Attributes:
        id: that nobody can guess.
        currency: all prices are in it.
        status: ``open`` to changes, ``in-checkout``, or ``ordered``.
        order_id: what it became.
        items: each SKU once.
        coupons: codes as they were typed.
        discounts: what coupons and automatic promotions take off.
        refused_coupons: coupons that give nothing at the moment, and why.
        totals: null when prices are not known, or the cart is ordered.
        note: ``prices-unavailable``, when pricing does not answer.
        expires_at: until when it is kept, unless it is changed.
    """

    id: Identifier
    currency: Currency
    status: Literal["open", "in-checkout", "ordered"]
    order_id: Identifier | None
    items: Annotated[list[CartItem], Field(max_length=MAXIMUM_SKUS)]
    coupons: Annotated[list[str], Field(max_length=MAXIMUM_COUPONS)]
    discounts: list[AppliedDiscount]
    refused_coupons: list[RefusedCoupon]
    totals: CartTotals | None
    note: Annotated[str, Field(pattern=f"^{PRICES_UNAVAILABLE}$")] | None
    expires_at: AwareDatetime


def usd(amount: int) -> dict[str, object]:
    """Give an amount of an example."""
    return {"currency": "USD", "amount": amount}


ID = (Parameter("id", Identifier, "The cart.", example="f3a91c5e7b2f4e60"),)
SKU = Parameter("sku", Identifier, "Stock keeping unit.", example="enamel-mug-blue")
CODE = Parameter("code", Identifier, "The coupon; capitals and small letters are the same.", example="TENTH")
CHECKOUT = Parameter("checkout_id", Identifier, "Whose the cart is.", example="0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55")

FILLED: dict[str, object] = {
    "id": "f3a91c5e7b2f4e60",
    "currency": "USD",
    "status": "open",
    "order_id": None,
    "items": [
        {
            "sku": "enamel-mug-blue",
            "quantity": 2,
            "name": "Enamel Camp Mug, Blue",
            "unit_price": usd(1600),
            "total": usd(2880),
            "available": True,
        }
    ],
    "coupons": ["TENTH"],
    "discounts": [{"code": "TENTH", "title": "10 % off the kitchen", "amount": usd(320)}],
    "refused_coupons": [],
    "totals": {
        "subtotal": usd(3200),
        "discount": usd(320),
        "shipping": usd(0),
        "tax": usd(0),
        "total": usd(2880),
        "tax_included": False,
    },
    "note": None,
    "expires_at": "2026-12-23T16:05:12Z",
}
EMPTY: dict[str, object] = FILLED | {
    "items": [],
    "coupons": [],
    "discounts": [],
    "totals": {
        **{name: usd(0) for name in ("subtotal", "discount", "shipping", "tax", "total")},
        "tax_included": False,
    },
}
LOCKED: dict[str, object] = {
    "id": "f3a91c5e7b2f4e60",
    "currency": "USD",
    "customer_id": None,
    "items": [{"sku": "enamel-mug-blue", "quantity": 2}],
    "coupons": ["TENTH"],
}

NO_CART = not_found("there is no cart 'f3a91c5e7b2f4e60'")
IN_CHECKOUT = conflict("cart-in-checkout", "the cart is in checkout; it cannot be changed meanwhile")
ORDERED = conflict("cart-ordered", "the cart became an order; begin another one")
MERGED = conflict("cart-merged", "the cart was taken over by another one")
FULL = conflict("cart-full", "the cart has 100 different SKUs, the most it can hold")
TOO_MANY_COUPONS = conflict("too-many-coupons", "the cart has 10 coupons, the most it can hold")
OTHER_CURRENCY = conflict("other-currency", "the cart is in EUR, yours in USD")
CLOSED = (IN_CHECKOUT, ORDERED, MERGED)
SHOWN = Answer(HTTPStatus.OK, "The cart as it is now.", Cart, example=FILLED, headers=("Content-Location",))
WHOSE = "Who knows the id of a cart that is nobody's may call it; a customer's is the customer's own."

OPERATIONS = [
    Operation(
        "POST /v1/carts",
        id="createCart",
        tag=CARTS,
        summary="Begin a cart",
        description="With a customer's token it is the customer's, otherwise whoever's who knows its id.",
        body=Body(CartInput, example={"currency": "USD"}),
        idempotency_key="optional",
        answers=[Answer(HTTPStatus.CREATED, "It has begun.", Cart, example=EMPTY, headers=("Location", "ETag"))],
    ),
    Operation(
        "GET /v1/carts/{id}",
        id="getCart",
        tag=CARTS,
        summary="Read a cart and what it costs now",
        description=WHOSE,
        path=ID,
        answers=[
            Answer(HTTPStatus.OK, "The cart.", Cart, example=FILLED, headers=("ETag", "Content-Location")),
        ],
        problems=[NO_CART],
    ),
    Operation(
        "PUT /v1/carts/{id}/items/{sku}",
        id="putCartItem",
        tag=CARTS,
        summary="Let a cart hold so many of a SKU",
        description=WHOSE,
        path=(*ID, SKU),
        body=Body(ItemInput, example={"quantity": 2}),
        safe="conditional",
        answers=[SHOWN],
        problems=[NO_CART, *CLOSED, FULL],
    ),
    Operation(
        "DELETE /v1/carts/{id}/items/{sku}",
        id="deleteCartItem",
        tag=CARTS,
        summary="Take a SKU out of a cart",
        description=WHOSE,
        path=(*ID, SKU),
        safe="conditional",
        answers=[Answer(HTTPStatus.NO_CONTENT, "It is not in the cart.", headers=("ETag",))],
        problems=[NO_CART, *CLOSED],
    ),
    Operation(
        "POST /v1/carts/{id}/coupons",
        id="addCoupon",
        tag=CARTS,
        summary="Add a coupon to a cart",
        description=f"One that can never count is refused. {WHOSE}",
        path=ID,
        body=Body(CouponInput, example={"code": "TENTH"}),
        safe="conditional",
        answers=[SHOWN],
        problems=[NO_CART, *CLOSED, TOO_MANY_COUPONS],
    ),
    Operation(
        "DELETE /v1/carts/{id}/coupons/{code}",
        id="deleteCoupon",
        tag=CARTS,
        summary="Take a coupon out of a cart",
        description=WHOSE,
        path=(*ID, CODE),
        safe="conditional",
        answers=[Answer(HTTPStatus.NO_CONTENT, "It is not in the cart.", headers=("ETag",))],
        problems=[NO_CART, *CLOSED],
    ),
    Operation(
        "POST /v1/carts/{id}/merge",
        id="mergeCart",
        tag=CARTS,
        summary="Take a cart's items over into your own",
        description="After signing in. Repeated, it changes nothing.",
        path=ID,
        body=Body(MergeInput, example={"into": "9c3e1d5a7b2f4e60"}, required=False),
        answers=[
            Answer(
                HTTPStatus.OK, "Your cart as it is now.", Cart, example=FILLED, headers=("ETag", "Content-Location")
            ),
        ],
        problems=[NO_CART, *CLOSED, FULL, TOO_MANY_COUPONS, OTHER_CURRENCY],
    ),
    Operation(
        "PUT /v1/carts/{id}/checkout",
        id="lockCart",
        tag=CARTS,
        summary="Give a cart to one checkout",
        path=ID,
        body=Body(CartLockRequest, example={"checkout_id": "0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55", "customer_id": None}),
        answers=[Answer(HTTPStatus.OK, "What is in it.", LockedCart, example=LOCKED)],
        problems=[
            NO_CART,
            *CLOSED,
            conflict("cart-empty", "there is nothing in the cart"),
            conflict("checkout-released", "the checkout 0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55 gave the cart back"),
        ],
    ),
    Operation(
        "DELETE /v1/carts/{id}/checkout/{checkout_id}",
        id="unlockCart",
        tag=CARTS,
        summary="Open a cart again",
        description="Succeeds even if it is open; that checkout is refused if it comes late.",
        path=(*ID, CHECKOUT),
        answers=[Answer(HTTPStatus.NO_CONTENT, "It is open.")],
        problems=[NO_CART, ORDERED],
    ),
]
