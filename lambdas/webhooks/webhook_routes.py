"""Webhooks, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import uuid4

from aws_lambda_powertools.event_handler import Response

from edge import problem
from edge.cursor import encode_cursor, requested_position
from edge.request import Request
from edge.response import json_response, no_content
from edge.validation import validate
from webhooks.application import application, owner_of, require_webhook, webhooks_table
from webhooks.delivery import text_of
from webhooks.secret import encrypted, new_secret
from webhooks.webhook import Webhook, shown
from webhooks.webhook_input import WebhookInput
from webhooks.webhook_repository import MAXIMUM_WEBHOOKS, TooManyWebhooksError, WebhookRepository


@application.post("/v1/webhooks")
def add_webhook(request: Request) -> Response[str]:
    """Add a webhook: 201 with its Location and its secret, which is shown this once."""
    wanted = validate(WebhookInput, request.json())
    secret, webhook_id = new_secret(), str(uuid4())
    webhook = Webhook(
        id=webhook_id,
        owner=owner_of(request),
        url=wanted.url,
        event_types=list(wanted.event_types),
        description=wanted.description,
        secret=encrypted(secret, webhook_id=webhook_id),
        state="enabled",
        disabled_reason=None,
        created_at=text_of(datetime.now(UTC)),
        succeeded_at=None,
        version=1,
    )
    try:
        WebhookRepository(webhooks_table()).add(webhook)
    except TooManyWebhooksError as error:
        detail = f"you have {MAXIMUM_WEBHOOKS} webhooks, and no more can be kept"
        raise problem.conflict(detail, kind="too-many-webhooks") from error
    document = {**shown(webhook), "secret": secret}
    return json_response(document, status=HTTPStatus.CREATED, headers={"Location": f"/v1/webhooks/{webhook_id}"})


@application.get("/v1/webhooks")
def list_webhooks(request: Request) -> Response[str]:
    """Answer with a page of the caller's webhooks in the order of their ids."""
    limit = request.limit()
    position = requested_position(request, query="webhooks", kinds=[str])
    after = str(position[0]) if position is not None else ""
    found = WebhookRepository(webhooks_table()).page(owner_of(request), after=after, limit=limit + 1)
    page = found[:limit]
    following = encode_cursor([page[-1]["id"]], query="webhooks") if len(found) > limit else None
    return json_response({"items": [shown(webhook) for webhook in page], "next": following})


@application.get("/v1/webhooks/<webhook_id>")
def read_webhook(request: Request, webhook_id: str) -> Response[str]:
    """Answer with a webhook, without its secret."""
    return json_response(shown(require_webhook(request, webhook_id)))


@application.delete("/v1/webhooks/<webhook_id>")
def delete_webhook(request: Request, webhook_id: str) -> Response[str]:
    """Delete a webhook: nothing more is sent to it."""
    WebhookRepository(webhooks_table()).delete(require_webhook(request, webhook_id))
    return no_content()


@application.post("/v1/webhooks/<webhook_id>/enable")
def enable_webhook(request: Request, webhook_id: str) -> Response[str]:
    """Let a webhook that was disabled be sent events again; what it missed can be delivered again by hand."""
    return json_response(shown(WebhookRepository(webhooks_table()).enable(require_webhook(request, webhook_id))))
