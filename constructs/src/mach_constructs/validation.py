"""Checks of arguments that every construct shares; values that are known only at deployment pass."""

from __future__ import annotations

from aws_cdk import Duration, Token


def require_between(argument: str, value: int, lowest: int, highest: int, unit: str = "") -> None:
    """Refuse a number outside a range.

    Args:
        argument: The argument's name, as the caller wrote it.
        value: What was given; an unresolved token passes.
        lowest: The least allowed value.
        highest: The greatest allowed value.
        unit: Unit for the message, such as "MiB".

    Raises:
        ValueError: The value is out of range.
    """
    if not Token.is_unresolved(value) and not lowest <= value <= highest:
        suffix = f" {unit}" if unit else ""
        raise ValueError(f"{argument} must be between {lowest} and {highest}{suffix}, got {value}")


def require_duration_between(argument: str, value: Duration, lowest: Duration, highest: Duration) -> None:
    """Refuse a duration outside a range, compared in seconds.

    Args:
        argument: The argument's name, as the caller wrote it.
        value: What was given; an unresolved token passes.
        lowest: The least allowed duration.
        highest: The greatest allowed duration.

    Raises:
        ValueError: The duration is out of range or not a whole number of seconds.
    """
    if value.is_unresolved():
        return
    milliseconds = int(value.to_milliseconds(integral=False))
    if milliseconds % 1000:
        raise ValueError(f"{argument} must be a whole number of seconds, got {milliseconds} ms")
    require_between(argument, milliseconds // 1000, int(lowest.to_seconds()), int(highest.to_seconds()), unit="seconds")


def require_text(argument: str, value: str) -> None:
    """Refuse an empty or blank text.

    Args:
        argument: The argument's name, as the caller wrote it.
        value: What was given; an unresolved token passes.

    Raises:
        ValueError: The text is empty or blank.
    """
    if not Token.is_unresolved(value) and not value.strip():
        raise ValueError(f"{argument} must not be empty, got {value!r}")
