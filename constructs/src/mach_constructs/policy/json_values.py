"""Reads what a template holds, of which nothing is certain: an intrinsic function may stand anywhere."""

from __future__ import annotations

from collections.abc import Mapping


def at(value: object, *keys: str) -> object:
    """Follow keys into nested objects.

    Args:
        value: What a template holds.
        keys: From the outermost.

    Returns:
        What stands there, or None.
    """
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def objects(value: object) -> list[Mapping[str, object]]:
    """Give the objects of a list, or of what may stand there without one.

    Args:
        value: A list, an object or nothing.
    """
    return [item for item in each(value) if isinstance(item, dict)]


def each(value: object) -> list[object]:
    """Give a list, or what may stand there without one, as a list.

    Args:
        value: A list, one item or nothing.
    """
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def texts(value: object) -> list[str]:
    """Give the strings of a list, or of what may stand there without one.

    Args:
        value: A list, a string or nothing.
    """
    return [item for item in each(value) if isinstance(item, str)]


def is_true(value: object) -> bool:
    """Tell whether a template says yes, as a boolean or as a string.

    Args:
        value: What stands there.
    """
    return value is True or value == "true"


def is_false(value: object) -> bool:
    """Tell whether a template says no, as a boolean or as a string.

    Args:
        value: What stands there; nothing is no no.
    """
    return value is False or value == "false"
