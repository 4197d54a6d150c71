"""The operations of webhooks."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from pydantic import AwareDatetime

from api_description.operation import Answer, Body, Operation, Parameter, Tag
from api_description.page import Page
from api_description.parameters import PAGE
from api_description.problem_kinds import conflict, not_found
from contracts.model import Contract, Identifier
from webhooks.delivery import State
from webhooks.offered import EventType
from webhooks.webhook_input import WebhookInput

WEBHOOKS = Tag("Webhooks", "Telling partners of events at addresses of their own, as Standard Webhooks writes it.")


class Webhook(Contract):
    """Where a partner hears of events.

    Attributes:
        id: of the webhook.
        url: where events are posted.
        event_types: which.
        description: for people.
        state: whether anything is sent.
        disabled_reason: why nothing is: it answered 410, or took nothing through all attempts of a delivery.
        created_at: when it was made.
        succeeded_at: when a delivery arrived last.
    """

    id: Identifier
    url: str
    event_types: list[EventType]
    description: str | None
    state: Literal["enabled", "disabled"]
    disabled_reason: Literal["gone", "failing"] | None
    created_at: AwareDatetime
    succeeded_at: AwareDatetime | None


class NewWebhook(Webhook):
    """A webhook that was just made.

    Attributes:
        secret: what deliveries are signed with; it is shown this once.
    """

    secret: str


class WebhookPage(Page[Webhook]):
    """Webhooks in the order of their ids."""


class DeliveryAttempt(Contract):
    """One call.

    Attributes:
        at: when.
        status: that was answered.
        error: why nothing was.
    """

    at: AwareDatetime
    status: int | None
    error: Literal["timeout", "connection", "unknown-host", "forbidden-address"] | None


class Delivery(Contract):
    """One event on its way to a webhook.

    Attributes:
        id: the `webhook-id` of each attempt.
        event_type: of the event.
        state: how far it is.
        attempts: the last twenty calls, oldest first.
        next_attempt_at: when the next one is made at the latest; null when it has ended.
    """

    id: Identifier
    event_type: EventType
    state: State
    attempts: list[DeliveryAttempt]
    next_attempt_at: AwareDatetime | None


class DeliveryPage(Page[Delivery]):
    """Deliveries, those of the newest events first."""


WEBHOOK_ID = Parameter("id", Identifier, "The webhook.", example="3f1d2c4b-0d2f-4a2a-9a2e-6f0e5b0f7a9e")
DELIVERY_ID = Parameter("delivery_id", Identifier, "The delivery.", example="1795689600000-5f2b7d0a6e6f0e4a2a9a2e0d")

WANTED: dict[str, object] = {
    "url": "https://partner.example.com/hooks",
    "event_types": ["order.confirmed", "stock.low"],
    "description": "warehouse",
}
STORED: dict[str, object] = WANTED | {
    "id": WEBHOOK_ID.example,
    "state": "enabled",
    "disabled_reason": None,
    "created_at": "2026-11-23T16:05:12.482Z",
    "succeeded_at": None,
}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="  # noqa: S105  # an example
DELIVERED: dict[str, object] = {
    "id": DELIVERY_ID.example,
    "event_type": "stock.low",
    "state": "succeeded",
    "attempts": [{"at": "2026-11-23T16:05:13.120Z", "status": 204, "error": None}],
    "next_attempt_at": None,
}
AGAIN: dict[str, object] = DELIVERED | {"state": "pending", "next_attempt_at": "2026-11-23T17:10:12.482Z"}

NO_WEBHOOK = not_found(f"there is no webhook {WEBHOOK_ID.example!r}")

OPERATIONS = [
    Operation(
        "POST /v1/webhooks",
        id="addWebhook",
        tag=WEBHOOKS,
        summary="Hear of events at an address of yours",
        description="The secret is shown this once. Verify what arrives with a library of "
        "[Standard Webhooks](https://www.standardwebhooks.com), and answer 2xx within 15 seconds.",
        body=Body(WebhookInput, example=WANTED),
        answers=[
            Answer(
                HTTPStatus.CREATED,
                "It was added.",
                NewWebhook,
                example=STORED | {"secret": SECRET},
                headers=("Location",),
            )
        ],
        problems=[conflict("too-many-webhooks", "you have 50 webhooks, and no more can be kept")],
    ),
    Operation(
        "GET /v1/webhooks",
        id="listWebhooks",
        tag=WEBHOOKS,
        summary="List your webhooks",
        query=PAGE,
        answers=[Answer(HTTPStatus.OK, "A page.", WebhookPage, example={"items": [STORED], "next": None})],
    ),
    Operation(
        "GET /v1/webhooks/{id}",
        id="getWebhook",
        tag=WEBHOOKS,
        summary="Read a webhook",
        path=(WEBHOOK_ID,),
        answers=[Answer(HTTPStatus.OK, "The webhook, without its secret.", Webhook, example=STORED)],
        problems=[NO_WEBHOOK],
    ),
    Operation(
        "DELETE /v1/webhooks/{id}",
        id="deleteWebhook",
        tag=WEBHOOKS,
        summary="Delete a webhook",
        path=(WEBHOOK_ID,),
        answers=[Answer(HTTPStatus.NO_CONTENT, "Nothing more is sent.")],
        problems=[NO_WEBHOOK],
    ),
    Operation(
        "POST /v1/webhooks/{id}/enable",
        id="enableWebhook",
        tag=WEBHOOKS,
        summary="Let a webhook that was disabled be sent events again",
        path=(WEBHOOK_ID,),
        answers=[Answer(HTTPStatus.OK, "It is enabled.", Webhook, example=STORED)],
        problems=[NO_WEBHOOK],
    ),
    Operation(
        "GET /v1/webhooks/{id}/deliveries",
        id="listDeliveries",
        tag=WEBHOOKS,
        summary="List what was sent in the last 30 days",
        path=(WEBHOOK_ID,),
        query=PAGE,
        answers=[Answer(HTTPStatus.OK, "A page.", DeliveryPage, example={"items": [DELIVERED], "next": None})],
        problems=[NO_WEBHOOK],
    ),
    Operation(
        "POST /v1/webhooks/{id}/deliveries/{delivery_id}/redeliver",
        id="redeliver",
        tag=WEBHOOKS,
        summary="Send something again",
        description="What is under way stays so.",
        path=(WEBHOOK_ID, DELIVERY_ID),
        answers=[Answer(HTTPStatus.ACCEPTED, "It is being sent.", Delivery, example=AGAIN)],
        problems=[
            NO_WEBHOOK,
            not_found(f"there is no delivery {DELIVERY_ID.example!r}"),
            conflict("webhook-disabled", "the webhook is disabled; enable it first"),
        ],
    ),
]
