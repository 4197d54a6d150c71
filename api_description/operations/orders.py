"""The operations of orders."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api_description.operation import Answer, Body, Operation, Parameter, Tag
from api_description.page import Page
from api_description.parameters import PAGE
from api_description.problem_kinds import ProblemKind, conflict, not_found
from contracts.address import Address
from contracts.model import Contract, Identifier
from contracts.money import Currency, Money
from contracts.order import (
    MAXIMUM_LINES,
    OrderDiscount,
    OrderedItem,
    OrderLine,
    OrderNumber,
    OrderRequest,
    ShippingOption,
)
from orders.order import MAXIMUM_RETURNS, PaymentStatus, Status
from orders.order_input import CancellationInput, LookupInput, RejectionInput, ReturnInput
from orders.saga_routes import MAXIMUM_BODY_BYTES

ORDERS = Tag("Orders", "What was bought, what became of it, and what comes back.")

Count = Annotated[int, Field(ge=0)]


class OrderedLine(OrderLine):
    """One SKU of an order, what it costs, and where it is.

    Attributes:
        shipped: how many have left.
        delivered: how many have arrived.
        returned: how many are back.
    """

    shipped: Count
    delivered: Count
    returned: Count


class OrderShipment(Contract):
    """A parcel of an order.

    Attributes:
        id: of the shipment.
        items: what is in it.
        carrier: who carries it.
        tracking_number: the carrier's.
        dispatched_at: when it left.
        delivered_at: when it arrived.
    """

    id: Identifier
    items: list[OrderedItem]
    carrier: str | None
    tracking_number: str | None
    dispatched_at: AwareDatetime | None
    delivered_at: AwareDatetime | None


class OrderReturn(Contract):
    """Goods that come back.

    Attributes:
        id: of the return.
        status: whether they are back.
        items: what is sent back.
        reason: why.
        requested_at: when it was asked for.
        received_at: when they were back.
        refund: what is paid back for them; null as long as they are not back.
    """

    id: Identifier
    status: Literal["requested", "received"]
    items: Annotated[list[OrderedItem], Field(max_length=MAXIMUM_LINES)]
    reason: str
    requested_at: AwareDatetime
    received_at: AwareDatetime | None
    refund: Money | None


class Order(Contract):
    """An order, with all that became of it.

    Attributes:
        id: that nobody can guess.
        number: what people read to each other.
        status: how it stands.
        payment_status: how its payment stands.
        placed_at: when it was made.
        customer_id: of a signed-in customer; null for a guest.
        email: where messages go.
        language: what the customer reads.
        currency: of every amount.
        lines: what was bought, each SKU once.
        discounts: that were given.
        subtotal: of all lines, before discounts.
        discount: of all lines.
        shipping: what shipping costs, before discounts.
        shipping_discount: off ``shipping``.
        tax: of lines and shipping.
        tax_included: whether prices contain the tax; then ``total`` does not add it.
        total: what was charged.
        refunded: what was paid back of it.
        shipping_address: where the goods go; null once the person was forgotten.
        shipping_option: how they go.
        reason: why it was rejected or cancelled.
        shipments: parcels that have left.
        returns: what comes back.
    """

    id: Identifier
    number: OrderNumber
    status: Status
    payment_status: PaymentStatus
    placed_at: AwareDatetime
    customer_id: Identifier | None
    email: str | None
    language: str | None
    currency: Currency
    lines: Annotated[list[OrderedLine], Field(max_length=MAXIMUM_LINES)]
    discounts: list[OrderDiscount]
    subtotal: Money
    discount: Money
    shipping: Money
    shipping_discount: Money | None
    tax: Money
    tax_included: bool
    total: Money
    refunded: Money
    shipping_address: Address | None
    shipping_option: ShippingOption
    reason: str | None
    shipments: list[OrderShipment]
    returns: Annotated[list[OrderReturn], Field(max_length=MAXIMUM_RETURNS)]


class OrderSummary(Contract):
    """An order as a list shows it.

    Attributes:
        id: of the order.
        number: what people read to each other.
        status: how it stands.
        payment_status: how its payment stands.
        placed_at: when it was made.
        email: where messages go.
        pieces: how many of all SKUs together.
        total: what was charged.
    """

    id: Identifier
    number: OrderNumber
    status: Status
    payment_status: PaymentStatus
    placed_at: AwareDatetime
    email: str | None
    pieces: Annotated[int, Field(ge=1)]
    total: Money


class OrderPage(Page[OrderSummary]):
    """Orders, newest first."""


def usd(amount: int) -> dict[str, object]:
    """Give an amount of an example."""
    return {"currency": "USD", "amount": amount}


ID = (Parameter("id", Identifier, "The order.", example="9c3e1d5a7b2f4e609c3e1d5a7b2f4e60"),)
RETURN = (*ID, Parameter("return_id", Identifier, "The return.", example="6f0e4a2a9a2e0d2f6c1f7f555b0f7a9e"))

ITEMS: list[dict[str, object]] = [{"sku": "enamel-mug-blue", "quantity": 1}]
LINE: dict[str, object] = {
    "sku": "enamel-mug-blue",
    "quantity": 2,
    "product_id": "enamel-mug",
    "name": "Enamel Camp Mug, Blue",
    "unit_price": usd(1600),
    "discount": usd(320),
    "tax": usd(198),
    "total": usd(3078),
}
ADDRESS: dict[str, object] = {
    "name": "Ada Lovelace",
    "line1": "12 Nicollet Mall",
    "city": "Minneapolis",
    "region": "MN",
    "postal_code": "55401",
    "country": "US",
}
BOUGHT: dict[str, object] = {
    "customer_id": "5d0c1e3a-7b2f-4e60-9c3e-1d5a7b2f4e60",
    "email": "ada@example.com",
    "language": "en",
    "currency": "USD",
    "lines": [LINE],
    "discounts": [{"code": "TENTH", "title": "10 % off the kitchen", "amount": usd(320)}],
    "subtotal": usd(3200),
    "discount": usd(320),
    "shipping": usd(500),
    "shipping_discount": usd(0),
    "tax": usd(198),
    "tax_included": False,
    "total": usd(3578),
    "shipping_address": ADDRESS,
    "shipping_option": {"id": "standard", "name": "Standard", "price": usd(500)},
}
CHECKED_OUT: dict[str, object] = BOUGHT | {
    "checkout_id": "0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55",
    "cart_id": "f3a91c5e7b2f4e60",
    "payment_id": "0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55",
    "reservation_id": "0b7d0a6e6f0e4a2a9a2e0d2f6c1f7f55",
}
SUMMARY: dict[str, object] = {
    "id": "9c3e1d5a7b2f4e609c3e1d5a7b2f4e60",
    "number": "7K3QD-9XV2M",
    "status": "confirmed",
    "payment_status": "captured",
    "placed_at": "2026-11-23T16:05:14.218Z",
    "email": "ada@example.com",
    "pieces": 2,
    "total": usd(3578),
}
ORDER: dict[str, object] = {
    **{name: value for name, value in SUMMARY.items() if name != "pieces"},
    **BOUGHT,
    "lines": [LINE | {"shipped": 0, "delivered": 0, "returned": 0}],
    "refunded": usd(0),
    "reason": None,
    "shipments": [],
    "returns": [],
}
ASKED: dict[str, object] = {
    "id": "6f0e4a2a9a2e0d2f6c1f7f555b0f7a9e",
    "status": "requested",
    "items": ITEMS,
    "reason": "too small",
    "requested_at": "2026-11-28T09:12:00.000Z",
    "received_at": None,
    "refund": None,
}
RECEIVED: dict[str, object] = ASKED | {
    "status": "received",
    "received_at": "2026-12-02T11:40:00.000Z",
    "refund": usd(1539),
}
NO_ORDER = not_found("there is no order '9c3e1d5a7b2f4e609c3e1d5a7b2f4e60'")
STATE = conflict("order-state", "the order is shipped, and cannot be cancelled")
EXCEEDS = ProblemKind(
    HTTPStatus.CONFLICT,
    "return-exceeds",
    "more would come back than has arrived",
    errors=(
        {
            "pointer": "/items/0/quantity",
            "detail": "0 of enamel-mug-blue can be returned",
            "code": "return_exceeds",
        },
    ),
)
SEEN_BY = "Who knows the id of a guest's order may call it; a customer's is the customer's own."

OPERATIONS = [
    Operation(
        "GET /v1/orders",
        id="listOrders",
        tag=ORDERS,
        summary="List orders",
        description="A customer's own, or for a merchant everybody's. Newest first.",
        query=(
            Parameter("status", Status, "For merchants: only orders that stand so.", example="confirmed"),
            *PAGE,
        ),
        answers=[Answer(HTTPStatus.OK, "A page.", OrderPage, example={"items": [SUMMARY], "next": None})],
    ),
    Operation(
        "GET /v1/orders/{id}",
        id="getOrder",
        tag=ORDERS,
        summary="Read an order",
        description=SEEN_BY,
        path=ID,
        safe="cached",
        answers=[Answer(HTTPStatus.OK, "The order.", Order, example=ORDER)],
        problems=[NO_ORDER],
    ),
    Operation(
        "GET /v1/orders/{id}/invoice",
        id="getInvoice",
        tag=ORDERS,
        summary="Read the invoice of an order",
        description=f"A page to be printed. {SEEN_BY}",
        path=ID,
        answers=[
            Answer(
                HTTPStatus.OK,
                "The invoice.",
                Annotated[str, Field(min_length=1)],
                example="<!doctype html>…",
                media_type="text/html",
            )
        ],
        problems=[NO_ORDER, conflict("order-state", "the order is pending, and has no invoice")],
    ),
    Operation(
        "POST /v1/orders/lookup",
        id="lookUpOrder",
        tag=ORDERS,
        summary="Find a guest's order by its number and e-mail address",
        description="Whichever is wrong, the answer is the same.",
        body=Body(LookupInput, example={"number": "7k3qd 9xv2m", "email": "ada@example.com"}),
        answers=[Answer(HTTPStatus.OK, "The order.", Order, example=ORDER | {"customer_id": None})],
        problems=[not_found("there is no order of that number and e-mail address")],
    ),
    Operation(
        "POST /v1/orders/{id}/cancel",
        id="cancelOrder",
        tag=ORDERS,
        summary="Cancel an order of which nothing was shipped",
        description=SEEN_BY,
        path=ID,
        body=Body(CancellationInput, example={"reason": "ordered twice"}, required=False),
        idempotency_key="optional",
        answers=[
            Answer(
                HTTPStatus.OK,
                "It is cancelled.",
                Order,
                example=ORDER | {"status": "cancelled", "reason": "ordered twice"},
            )
        ],
        problems=[NO_ORDER, STATE],
    ),
    Operation(
        "POST /v1/orders/{id}/returns",
        id="askReturn",
        tag=ORDERS,
        summary="Ask to send something back that has arrived",
        description=SEEN_BY,
        path=ID,
        body=Body(ReturnInput, example={"items": ITEMS, "reason": "too small"}),
        idempotency_key="optional",
        answers=[Answer(HTTPStatus.CREATED, "It can be sent back.", OrderReturn, example=ASKED, headers=("Location",))],
        problems=[NO_ORDER, STATE, EXCEEDS],
    ),
    Operation(
        "POST /v1/orders/{id}/returns/{return_id}/receive",
        id="receiveReturn",
        tag=ORDERS,
        summary="Take back the goods of a return, and let them be paid back",
        path=RETURN,
        answers=[Answer(HTTPStatus.OK, "They are back.", OrderReturn, example=RECEIVED)],
        problems=[NO_ORDER, STATE],
    ),
    Operation(
        "PUT /v1/orders/{id}",
        id="makeOrder",
        tag=ORDERS,
        summary="Make an order that waits for its payment",
        path=ID,
        body=Body(OrderRequest, example=CHECKED_OUT, maximum_bytes=MAXIMUM_BODY_BYTES),
        answers=[
            Answer(HTTPStatus.OK, "It was made before.", Order, example=ORDER | {"status": "pending"}),
            Answer(
                HTTPStatus.CREATED,
                "It was made.",
                Order,
                example=ORDER | {"status": "pending"},
                headers=("Location",),
            ),
        ],
        problems=[
            conflict("order-state", "the order was rejected before it came"),
            conflict("order-differs", "the order was made of something else"),
        ],
    ),
    Operation(
        "POST /v1/orders/{id}/confirm",
        id="confirmOrder",
        tag=ORDERS,
        summary="Let an order be carried out",
        description="Repeated, it is the same.",
        path=ID,
        answers=[Answer(HTTPStatus.OK, "It is confirmed.", Order, example=ORDER)],
        problems=[NO_ORDER, STATE],
    ),
    Operation(
        "POST /v1/orders/{id}/reject",
        id="rejectOrder",
        tag=ORDERS,
        summary="Let an order come to nothing",
        description="An order that is not there is 404, and refused if it comes after all.",
        path=ID,
        body=Body(RejectionInput, example={"reason": "the payment was declined"}),
        answers=[
            Answer(
                HTTPStatus.OK,
                "It is rejected.",
                Order,
                example=ORDER | {"status": "rejected", "reason": "the payment was declined"},
            )
        ],
        problems=[NO_ORDER, STATE],
    ),
]
