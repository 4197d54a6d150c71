"""What JSON can say, which is less than Python can."""

from __future__ import annotations

from collections.abc import Mapping

from mach_constructs.validation import require_finite


def require_json(argument: str, value: object) -> None:
    """Refuse what JSON cannot say, before it is written: Python writes NaN and Infinity, which no reader takes.

    Args:
        argument: The argument's name, as the caller wrote it.
        value: What was given.

    Raises:
        ValueError: Something in it is neither text, finite number, true, false, null, list nor object, or a key of an
            object is no text.
    """
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise ValueError(f"{argument} must have texts as keys, got {key!r}")
            require_json(f"{argument}.{key}", inner)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            require_json(f"{argument}.{index}", inner)
    elif isinstance(value, float):
        require_finite(argument, value)
    elif value is not None and not isinstance(value, str | int):
        raise ValueError(f"{argument} must be what JSON can say, got {type(value).__name__}")
