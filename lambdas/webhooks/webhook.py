"""A webhook, as it is kept and shown."""

from __future__ import annotations

from typing import Literal, TypedDict


class Webhook(TypedDict):
    """Where a partner wants to hear of events.

    Attributes:
        id: unique.
        owner: the app client that made it.
        url: where to.
        event_types: of what.
        description: for people.
        secret: encrypted.
        state: whether anything is sent.
        disabled_reason: why nothing is.
        created_at: RFC 3339 in UTC.
        succeeded_at: when a delivery arrived last.
        version: grows with every change of the state.
    """

    id: str
    owner: str
    url: str
    event_types: list[str]
    description: str | None
    secret: str
    state: Literal["enabled", "disabled"]
    disabled_reason: Literal["gone", "failing"] | None
    created_at: str
    succeeded_at: str | None
    version: int


def shown(webhook: Webhook) -> dict[str, object]:
    """Give a webhook as its owner sees it: without the secret."""
    names = ("id", "url", "event_types", "description", "state", "disabled_reason", "created_at", "succeeded_at")
    return {name: webhook[name] for name in names}  # type: ignore[literal-required]
