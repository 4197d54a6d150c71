"""Events, delivered to a consumer as a queue does."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from contracts.envelope import DomainEvent
from contracts.model import Contract
from edge.event_application import EventApplication

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

CONTEXT = cast("LambdaContext", SimpleNamespace(aws_request_id="invocation-1"))


def message(event: DomainEvent[Contract]) -> str:
    detail = event.model_dump(mode="json")
    return json.dumps({"source": event.source, "detail-type": event.detail_type, "detail": detail})


def deliver(handler: EventApplication, *events: DomainEvent[Contract]) -> list[str]:
    """Deliver events in one batch; give the messages that shall come again, m0 being the first."""
    bodies = enumerate(map(message, events))
    answer = handler({"Records": [{"messageId": f"m{number}", "body": body} for number, body in bodies]}, CONTEXT)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
