"""What the constructs need to know about an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol, TypeAlias

from mach_constructs.events.event_definition import EventDefinition
from mach_constructs.events.event_names import require_event


class EventContract(Protocol):
    """A class that describes an event: a pydantic model, a dataclass, anything with these three class attributes.

    One that also has pydantic's `model_json_schema()` is published in the mesh's schema registry.
    """

    source: ClassVar[str]
    """EventBridge source, such as "storefront.catalog"."""
    detail_type: ClassVar[str]
    """EventBridge detail type, such as "ProductPublished"."""
    version: ClassVar[int]
    """Version of the detail's shape, from 1; it stands in `detail.metadata.version`."""


Event: TypeAlias = "type[EventContract] | EventDefinition"
"""An event as services name it: a contract class, or an `EventDefinition`."""


def name_of(event: Event) -> str:
    """Give the name that a message calls an event by."""
    return event.__name__ if isinstance(event, type) else event.detail_type


def require_contracts(argument: str, events: Sequence[Event]) -> None:
    """Check events.

    Args:
        argument: The argument's name, as the caller wrote it.
        events: What was given.

    Raises:
        ValueError: EventBridge would refuse a name, or an event stands there twice.
    """
    seen: set[tuple[str, str, int]] = set()
    for event in events:
        identity = (event.source, event.detail_type, event.version)
        require_event(
            f" of {name_of(event)} in {argument}",
            source=event.source,
            detail_type=event.detail_type,
            version=event.version,
        )
        if identity in seen:
            raise ValueError(f"{argument} must be distinct, got {event.detail_type!r} version {event.version} twice")
        seen.add(identity)
