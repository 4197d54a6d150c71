"""Webhooks: what the merchant is told, signed, and again until it answers with success."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import urllib3

from contracts.payment_simulator import WebhookMessage
from contracts.payment_simulator_events import AuthorizationUpdated
from edge.body_signature import sign
from edge.event_application import EventApplication, Taken
from edge.queue_batch import BatchResponse, QueueBatch
from edge.shared_secret import shared_secret
from payment_simulator.back_off import FailedRecord, back_off

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SIGNATURE = "Payment-Simulator-Signature"
SUCCESS = range(200, 300)
CONNECT_TIMEOUT_SECONDS = 1.0
READ_TIMEOUT_SECONDS = 8.0
"""Longer than a merchant needs that asks the provider back before it answers."""

application = EventApplication()
merchants = urllib3.PoolManager(
    timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT_SECONDS, read=READ_TIMEOUT_SECONDS), retries=False
)


class UndeliveredWebhookError(Exception):
    """The merchant did not answer with success."""


def handler(event: QueueBatch, context: LambdaContext) -> BatchResponse:
    """Send the webhooks of a batch; those that were not taken come again, later each time."""
    response = application(event, context)
    if response["batchItemFailures"]:
        back_off(cast(Sequence[FailedRecord], event["Records"]), response)
    return response


@application.on(AuthorizationUpdated)
def deliver(event: AuthorizationUpdated) -> Taken:
    """Send the webhook of a change, as often as its card wants it."""
    message = WebhookMessage(id=event.metadata.event_id, type="authorization.updated", data=event.data.authorization)
    for _delivery in range(event.data.deliveries):
        _send(message.model_dump_json().encode(), correlation_id=event.metadata.correlation_id)
    return {"reference": event.data.authorization.reference, "status": event.data.authorization.status}


def _send(body: bytes, *, correlation_id: str) -> None:
    headers = {
        "Content-Type": "application/json",
        "X-Correlation-Id": correlation_id,
        SIGNATURE: sign(body, secret=shared_secret("WEBHOOK_SECRET"), at=time.time()),
    }
    try:
        answer = merchants.request("POST", os.environ["WEBHOOK_URL"], body=body, headers=headers)
    except urllib3.exceptions.HTTPError as error:
        raise UndeliveredWebhookError(f"the merchant cannot be reached: {error}") from error
    if answer.status not in SUCCESS:
        raise UndeliveredWebhookError(f"the merchant answered {answer.status}")
