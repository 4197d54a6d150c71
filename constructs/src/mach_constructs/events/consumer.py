"""A handler of its own for some of a service's events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

from mach_constructs.events.delivery import Delivery
from mach_constructs.events.event_contract import Event, require_contracts
from mach_constructs.events.rule_pattern import named, require_matching
from mach_constructs.events.rule_targets import require_room
from mach_constructs.validation import require_text


@dataclass(frozen=True)
class Consumer:
    """Events that get a queue and a handler of their own: `Microservice(subscribes=[Consumer(…)])`.

    Attributes:
        handler: Module and function within the service's folder, such as "orders.handler".
        events: What it listens for; 1 to 40. Another consumer may listen for the same: each gets every event.
        matching: A filter on the events' `detail`, as EventBridge writes content filters; None for all of them.
        delivery: How the queue hands them over.

    Raises:
        ValueError: There is no event or more than 40, one is invalid or stands there twice, or EventBridge would refuse
            the filter.

    Example:
        Consumer(
            "dear_orders.handler",
            events=[OrderPlaced],
            matching={"data": {"total": {"amount": [{"numeric": [">", 100_000]}]}}},
            delivery=Delivery(max_concurrency=2),
        )
    """

    handler: str
    _: KW_ONLY
    events: Sequence[Event]
    matching: Mapping[str, object] | None = field(default=None, hash=False)
    delivery: Delivery | None = None

    def __post_init__(self) -> None:
        require_text("handler", self.handler)
        require_subscribable(self.events, self.matching)


def require_subscribable(events: Sequence[Event], matching: Mapping[str, object] | None) -> None:
    """Check what is listened for.

    Args:
        events: The events.
        matching: The filter on their `detail`, if any.

    Raises:
        ValueError: As `Consumer` says.
    """
    if not events:
        raise ValueError("events must hold at least one contract, got none")
    require_contracts("events", events)
    require_room(events)
    named(events)
    if matching is not None:
        require_matching(matching, events)


def consumers_of(
    subscribes: Sequence[Event | Consumer], events_handler: str, delivery: Delivery | None
) -> tuple[Consumer, ...]:
    """Give the consumers of a service: one for all events that are named bare, then those that are spelled out.

    Args:
        subscribes: What the service listens for.
        events_handler: Who gets the bare ones.
        delivery: How it gets them.

    Returns:
        The consumers, the bare one first.

    Raises:
        ValueError: An event is invalid or stands there twice, or two consumers have the same handler.
    """
    bare = [event for event in subscribes if not isinstance(event, Consumer)]
    require_contracts("subscribes", bare)
    spelled_out = [consumer for consumer in subscribes if isinstance(consumer, Consumer)]
    first = [Consumer(events_handler, events=bare, delivery=delivery)] if bare else []
    consumers = (*first, *spelled_out)
    handlers = [consumer.handler for consumer in consumers]
    for handler in handlers:
        if handlers.count(handler) > 1:
            raise ValueError(f"consumers must have handlers of their own, got {handler!r} twice")
    if delivery is not None and not bare:
        raise ValueError("delivery is for events that subscribes names bare, got none; a Consumer has its own delivery")
    return consumers
