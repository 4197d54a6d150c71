"""The pattern of a rule: which event, and which of its kind."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from mach_constructs.events.event_contract import Event, name_of
from mach_constructs.events.event_pattern import require_fields, require_pattern
from mach_constructs.naming import pascal_case


def require_matching(matching: Mapping[str, object], events: Sequence[Event]) -> None:
    """Check a content filter, alone and in the pattern of each event.

    Args:
        matching: The filter on an event's `detail`.
        events: Whose details it filters.

    Raises:
        ValueError: EventBridge would refuse it, or it says something about the version, which the event says itself.
    """
    require_fields("matching", matching)
    metadata = matching.get("metadata", {})
    if not isinstance(metadata, Mapping):
        raise ValueError(f"matching.metadata must have fields, got {metadata!r}")
    if "version" in metadata:
        raise ValueError(
            f"matching.metadata.version must be left out, since each event has its own, got {metadata['version']!r}"
        )
    for event in events:
        require_pattern(f"matching of {name_of(event)}", rule_pattern(event, matching))


def rule_pattern(event: Event, matching: Mapping[str, object] | None = None) -> dict[str, object]:
    """Give the pattern that an event matches.

    Args:
        event: By source, detail type and version.
        matching: A filter on its `detail`, checked.

    Returns:
        The pattern, as EventBridge takes it.
    """
    detail: dict[str, object] = json.loads(json.dumps(matching or {}))
    metadata = detail.get("metadata", {})
    own = metadata if isinstance(metadata, dict) else {}
    detail["metadata"] = {**own, "version": [event.version]}
    return {"source": [event.source], "detail-type": [event.detail_type], "detail": detail}


def named(events: Sequence[Event]) -> dict[str, Event]:
    """Give each event the construct id of its rule, by detail type and version ("ProductPublishedV1").

    Raises:
        ValueError: Two have the same, from different sources.
    """
    names: dict[str, Event] = {}
    for event in events:
        name = f"{pascal_case(event.detail_type)}V{event.version}"
        if name in names:
            raise ValueError(
                f"events must have distinct detail types and versions, got {event.detail_type!r} version "
                f"{event.version} of {names[name].source!r} and {event.source!r}; give each a consumer of its own"
            )
        names[name] = event
    return names
