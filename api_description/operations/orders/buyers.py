"""The operations of who bought, and of merchants."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from api_description.operation import Answer, Body, Operation, Parameter
from api_description.operations.orders.answers import Order, OrderPage, OrderReturn
from api_description.operations.orders.examples import ASKED, ITEMS, ORDER, RECEIVED, SUMMARY
from api_description.operations.orders.one_order import ID, NO_ORDER, ORDERS, STATE
from api_description.parameters import PAGE
from api_description.problem_kinds import ProblemKind, conflict, not_found
from contracts.model import Identifier
from orders.order import Status
from orders.order_input import CancellationInput, LookupInput, ReturnInput

RETURN = (*ID, Parameter("return_id", Identifier, "The return.", example="6f0e4a2a9a2e0d2f6c1f7f555b0f7a9e"))
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
]
