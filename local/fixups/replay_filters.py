"""A replay goes to the rules that it names, and to no other; the emulator sends it to every rule of the bus."""

from collections.abc import Collection
from typing import Any

from ministack.services import eventbridge

Event = dict[str, Any]


def install() -> None:
    """Replaces how the emulator hands an event to rules."""
    for name in ("_dispatch_event", "_pattern_event_view", "_matches_pattern_view", "_invoke_target"):
        if not callable(getattr(eventbridge, name, None)):
            raise RuntimeError(f"ministack changed: eventbridge has no {name}")
    dispatch = eventbridge._dispatch_event

    def dispatch_to_those_named(event: Event, view: Any = None) -> None:
        named = _named_rules(event)
        if named is None:
            dispatch(event, view)
            return
        view = view or eventbridge._pattern_event_view(event)
        for key, rule in list(eventbridge._rules.items()):
            if rule["Arn"] in named and _takes(rule, view):
                for target in eventbridge._targets.get(key, []):
                    eventbridge._invoke_target(target, event, rule, view)

    eventbridge._dispatch_event = dispatch_to_those_named


def _named_rules(event: Event) -> Collection[str] | None:
    replay = eventbridge._replays.get(event.get("ReplayName", ""))
    return (replay["Destination"].get("FilterArns") or None) if replay else None


def _takes(rule: dict[str, Any], view: Any) -> bool:
    pattern = rule.get("EventPattern")
    return bool(
        rule.get("State") == "ENABLED"
        and pattern
        and eventbridge._matches_pattern_view(pattern, view, f"rule {rule['Arn']}")
    )
