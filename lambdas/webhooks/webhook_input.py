"""What a partner says of a webhook."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from contracts.model import Contract
from contracts.order import PRINTABLE
from webhooks.addresses import MAXIMUM_LENGTH, require_callable
from webhooks.offered import OFFERS, EventType


class WebhookInput(Contract):
    """The body of ``POST /v1/webhooks``.

    Attributes:
        url: where events are posted: https, a public host, no user, at most 2000 characters.
        event_types: which, each once.
        description: for people.
    """

    url: Annotated[str, Field(max_length=MAXIMUM_LENGTH)]
    event_types: Annotated[tuple[EventType, ...], Field(strict=False, min_length=1, max_length=len(OFFERS))]
    description: Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)] | None = None

    @field_validator("url")
    @classmethod
    def _may_be_called(cls, url: str) -> str:
        require_callable(url)
        return url

    @model_validator(mode="after")
    def _are_distinct(self) -> Self:
        if len(set(self.event_types)) < len(self.event_types):
            raise ValueError("an event type is named twice")
        return self
