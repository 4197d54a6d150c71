"""The bus that services publish to and listen on."""

from __future__ import annotations

from aws_cdk import aws_events as events
from constructs import Construct


class EventMesh(Construct):
    """An EventBridge bus. Rules live in the listeners' own stacks, publishers reach it through their outbox.

    Costs per published event only.

    Args:
        scope: Parent construct.
        id: Construct id.
        existing: A bus to use instead of a new one.
    """

    bus: events.IEventBus
    """The bus."""

    def __init__(self, scope: Construct, id: str, *, existing: events.IEventBus | None = None) -> None:
        super().__init__(scope, id)
        self.bus = existing if existing is not None else events.EventBus(self, "Bus", description="Domain events")
