"""Event patterns, checked as EventBridge would, but when the construct is created."""

from __future__ import annotations

import json
from collections.abc import Mapping

from mach_constructs.events.pattern_operators import OPERATORS, is_unresolved, require_matcher

MOST_CHARACTERS = 2048
"""EventBridge's default quota for an event pattern
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html)."""
_MOST_COMBINATIONS = 1000
_OR = "$or"
_ENVELOPE = frozenset(
    ("account", "detail", "detail-type", "id", "region", "replay-name", "resources", "source", "time", "version")
)


def require_pattern(argument: str, pattern: Mapping[str, object]) -> None:
    """Check a whole event pattern, from `source` to `detail`.

    Args:
        argument: The argument's name, as the caller wrote it.
        pattern: The pattern; unresolved tokens pass.

    Raises:
        ValueError: EventBridge would refuse it, or it can match nothing.
    """
    for field, content in pattern.items():
        if field != _OR and field not in _ENVELOPE:
            raise ValueError(
                f"{argument} must have fields of an event, {', '.join(sorted(_ENVELOPE))}, got {field!r}; what your "
                "events carry is under detail"
            )
        if isinstance(content, Mapping) and field != "detail":
            raise ValueError(f"{argument}.{field} must be a list, got {dict(content)!r}; only detail has fields inside")
    require_fields(argument, pattern)
    text = json.dumps(pattern, separators=(",", ":"), ensure_ascii=False)
    if not is_unresolved(text) and len(text) > MOST_CHARACTERS:
        raise ValueError(
            f"{argument} must give a pattern of at most {MOST_CHARACTERS} characters, EventBridge's quota, got "
            f"{len(text)}"
        )


def require_fields(argument: str, fields: Mapping[str, object]) -> None:
    """Check the fields of a pattern, such as what stands under `detail`.

    Args:
        argument: Where they stand, as the caller wrote it.
        fields: A list of allowed values, or fields in turn, for each name.

    Raises:
        ValueError: EventBridge would refuse them.
    """
    combinations = _combinations(argument, fields, inside_or=False)
    if combinations > _MOST_COMBINATIONS:
        raise ValueError(
            f"{argument} must have at most {_MOST_COMBINATIONS} combinations of its $or lists, got {combinations}"
        )


def _combinations(path: str, fields: Mapping[str, object], *, inside_or: bool) -> int:
    if not fields:
        raise ValueError(f"{path} must not be empty, got {dict(fields)!r}")
    combinations = 1
    for name, content in fields.items():
        if not isinstance(name, str):
            raise ValueError(f"{path} must have texts as names, got {name!r}")
        here = f"{path}.{name}"
        if name == _OR:
            combinations *= _alternatives(here, content)
        elif inside_or and name in OPERATORS:
            raise ValueError(f"{here} must not be named like an operator inside $or, got {name!r}")
        elif isinstance(content, Mapping):
            combinations *= _combinations(here, content, inside_or=inside_or)
        else:
            _require_list(here, content)
    return combinations


def _alternatives(path: str, content: object) -> int:
    if not isinstance(content, list | tuple) or len(content) < 2:
        raise ValueError(f"{path} must be a list of at least 2 objects, got {content!r}")
    combinations = 0
    for index, alternative in enumerate(content):
        if not isinstance(alternative, Mapping):
            raise ValueError(f"{path} must hold objects, got {alternative!r}")
        combinations += _combinations(f"{path}[{index}]", alternative, inside_or=True)
    return combinations


def _require_list(path: str, content: object) -> None:
    if is_unresolved(content):
        return
    if not isinstance(content, list | tuple):
        raise ValueError(f"{path} must be a list of allowed values, or fields in turn, got {content!r}")
    if not content:
        raise ValueError(f"{path} must not be empty, got {content!r}")
    for matcher in content:
        if not is_unresolved(matcher):
            require_matcher(path, matcher)
