"""Shipments, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import cast
from uuid import uuid4

from aws_lambda_powertools.event_handler import Response

from edge import problem
from edge.authorization import Principal
from edge.cursor import encode_cursor, requested_position
from edge.entity_tag import strong_tag
from edge.idempotency import earlier_answer, idempotency_key, kept_answer
from edge.identifier import is_identifier
from edge.request import Request
from edge.response import cached_json_response, json_response
from edge.validation import validate
from shipping.application import SCOPE, application, shipping_table
from shipping.fulfilment import OrderCancelledError, QuantityExceededError, TooManyShipmentsError
from shipping.fulfilment_repository import FulfilmentRepository, UnknownShipmentError
from shipping.shipment import Shipment, TooManyEventsError
from shipping.shipment_document import items_document, shipment_document
from shipping.shipment_input import ShipmentInput, TrackingEventInput
from store.contention import until_written


@application.post("/v1/shipments")
def create_shipment(request: Request) -> Response[str]:
    """Pack a shipment of an order: 201 with its Location. With an Idempotency-Key it happens once."""
    asked = validate(ShipmentInput, request.json())
    key = idempotency_key(request, owner=request.principal.subject or "")
    table = shipping_table()
    repository = FulfilmentRepository(table)

    def write(_attempt: int) -> Response[str]:
        fulfilment = repository.find(asked.order_id)
        # Asked after the order was read: whoever sees what the same request has packed sees its answer, too.
        if (earlier := earlier_answer(table, key)) is not None:
            return earlier
        if fulfilment is None:
            detail = f"there is nothing to ship of order {asked.order_id}"
            raise problem.invalid(problem.InputError(pointer="/order_id", detail=detail, code="order_id"))
        shipment = Shipment(
            id=uuid4().hex,
            order_id=asked.order_id,
            customer_id=fulfilment.customer_id,
            items={item.sku: item.quantity for item in asked.items},
            carrier=asked.carrier,
            tracking_number=asked.tracking_number,
            created_at=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        )
        headers = {"Location": f"/v1/shipments/{shipment.id}", "ETag": strong_tag(shipment.version)}
        answer = json_response(shipment_document(shipment), status=HTTPStatus.CREATED, headers=headers)
        repository.pack(fulfilment, shipment, besides=kept_answer(key, answer))
        return answer

    try:
        return until_written(write, what=f"the fulfilment of order {asked.order_id}")
    except OrderCancelledError as error:
        raise problem.conflict(str(error), kind="order-cancelled") from error
    except TooManyShipmentsError as error:
        raise problem.conflict(str(error), kind="too-many-shipments") from error
    except QuantityExceededError as error:
        raise _exceeded(error, asked) from error


@application.get("/v1/shipments/<shipment_id>")
def read_shipment(request: Request, shipment_id: str) -> Response[str]:
    """Answer with a shipment and its entity tag, to whoever may see its order."""
    shipment = FulfilmentRepository(shipping_table()).find_shipment(shipment_id) if is_identifier(shipment_id) else None
    if shipment is None or not _may_see(request.principal, shipment.customer_id):
        raise _no_shipment(shipment_id)
    return cached_json_response(request, shipment_document(shipment), entity_tag=strong_tag(shipment.version))


@application.post("/v1/shipments/<shipment_id>/events")
def track_shipment(request: Request, shipment_id: str) -> Response[str]:
    """Take what a carrier says of a shipment, in any order and any number of times, and answer with the shipment."""
    said = validate(TrackingEventInput, request.json()).event()
    if not is_identifier(shipment_id):
        raise _no_shipment(shipment_id)
    repository = FulfilmentRepository(shipping_table())
    try:
        shipment = repository.track(shipment_id, said, correlation_id=request.correlation_id)
    except UnknownShipmentError as error:
        raise _no_shipment(shipment_id) from error
    except TooManyEventsError as error:
        raise problem.conflict(str(error), kind="too-many-events") from error
    return json_response(shipment_document(shipment), headers={"ETag": strong_tag(shipment.version)})


@application.get("/v1/orders/<order_id>/shipments")
def list_shipments(request: Request, order_id: str) -> Response[str]:
    """Answer with a page of an order's shipments, the first packed first, and what of it is still to be shipped."""
    limit = request.limit()
    selection = f"orders/{order_id}/shipments"
    (start,) = cast("tuple[int]", requested_position(request, query=selection, kinds=[int]) or (0,))
    repository = FulfilmentRepository(shipping_table())
    fulfilment = repository.find(order_id) if is_identifier(order_id) else None
    if fulfilment is None or not _may_see(request.principal, fulfilment.customer_id):
        raise problem.not_found(f"there is nothing to ship of order {order_id[:64]!r}")
    shown = repository.find_shipments(fulfilment.shipments[start : start + limit])
    more = len(fulfilment.shipments) > start + limit
    return json_response(
        {
            "items": [shipment_document(shipment) for shipment in shown],
            "outstanding": items_document(fulfilment.outstanding),
            "next": encode_cursor([start + limit], query=selection) if more else None,
        }
    )


def _may_see(principal: Principal, customer_id: str | None) -> bool:
    # Whoever knows the id of a guest's order may read it; a customer's is the customer's own.
    if principal.may(SCOPE) or customer_id is None:
        return True
    return principal.is_customer and principal.subject == customer_id


def _no_shipment(shipment_id: str) -> problem.Problem:
    return problem.not_found(f"there is no shipment {shipment_id[:64]!r}")


def _exceeded(error: QuantityExceededError, asked: ShipmentInput) -> problem.Problem:
    faults = [
        problem.InputError(
            pointer=f"/items/{position}/quantity",
            detail=f"is {item.quantity}; {error.left[item.sku]} of {item.sku} are left to be shipped",
            code="quantity_exceeded",
        )
        for position, item in enumerate(asked.items)
        if item.sku in error.left
    ]
    detail = f"the shipment holds more than order {asked.order_id} has left"
    return problem.Problem(HTTPStatus.CONFLICT, "quantity-exceeded", detail, errors=faults)
