"""Deliveries, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import cast

from aws_lambda_powertools.event_handler import Response

from edge import problem
from edge.cursor import encode_cursor, requested_position
from edge.request import Request
from edge.response import json_response
from store.contention import until_written
from store.errors import ConditionFailedError
from webhooks.application import application, require_webhook, webhooks_table
from webhooks.delivery import Delivery, shown, text_of
from webhooks.delivery_repository import CLAIM, DeliveryRepository, attempt_of


@application.get("/v1/webhooks/<webhook_id>/deliveries")
def list_deliveries(request: Request, webhook_id: str) -> Response[str]:
    """Answer with a page of a webhook's deliveries of the last 30 days, newest events first."""
    webhook = require_webhook(request, webhook_id)
    limit = request.limit()
    query = f"deliveries of {webhook['id']}"
    position = requested_position(request, query=query, kinds=[str])
    before = str(position[0]) if position is not None else None
    found = DeliveryRepository(webhooks_table()).page(webhook["id"], before=before, limit=limit + 1)
    page = found[:limit]
    following = encode_cursor([page[-1]["id"]], query=query) if len(found) > limit else None
    return json_response({"items": [shown(delivery) for delivery in page], "next": following})


@application.post("/v1/webhooks/<webhook_id>/deliveries/<delivery_id>/redeliver")
def redeliver(request: Request, webhook_id: str, delivery_id: str) -> Response[str]:
    """Deliver again: 202, with all attempts before it. One that is under way stays so."""
    webhook = require_webhook(request, webhook_id)
    if webhook["state"] == "disabled":
        raise problem.conflict("the webhook is disabled; enable it first", kind="webhook-disabled")
    deliveries = DeliveryRepository(webhooks_table())

    def write(_attempt: int) -> Delivery:
        found = deliveries.find(webhook["id"], delivery_id)
        if found is None:
            raise problem.not_found(f"there is no delivery {delivery_id[:64]!r}")
        if found["state"] == "pending":
            return found
        now = datetime.now(UTC)
        fresh = {"state": "pending", "attempt": 0, "begun_at": text_of(now), "due_at": text_of(now + CLAIM)}
        again = cast(Delivery, {**found, **fresh})
        if not deliveries.change(found, again, also=[attempt_of(again)]):
            raise ConditionFailedError("another request was faster")
        return again

    delivery = until_written(write, what="the delivery")
    return json_response(shown(delivery), status=HTTPStatus.ACCEPTED)
