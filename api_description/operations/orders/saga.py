"""The operations that a checkout makes an order with."""

from __future__ import annotations

from http import HTTPStatus

from api_description.operation import Answer, Body, Operation
from api_description.operations.orders.answers import Order
from api_description.operations.orders.examples import CHECKED_OUT, ORDER
from api_description.operations.orders.one_order import ID, NO_ORDER, ORDERS, STATE
from api_description.problem_kinds import conflict
from contracts.order import OrderRequest
from orders.order_input import RejectionInput
from orders.saga_routes import MAXIMUM_BODY_BYTES

OPERATIONS = [
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
