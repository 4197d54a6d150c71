"""A fair sample of all events, by a pattern: rules themselves cannot sample."""

from __future__ import annotations

_DIGITS = "0123456789abcdef"
_STEPS = 256


def require_share(argument: str, share: float) -> None:
    """Check a share of all events.

    Args:
        argument: The argument's name, as the caller wrote it.
        share: What was given.

    Raises:
        ValueError: It is no multiple of 1/256 between 1/256 and 1.
    """
    steps = share * _STEPS
    if not 1 <= steps <= _STEPS or steps != int(steps):
        raise ValueError(f"{argument} must be a multiple of 1/{_STEPS} between 1/{_STEPS} and 1, got {share}")


def sample_pattern(share: float) -> dict[str, list[object]]:
    """Give the pattern that matches a share of all events.

    EventBridge gives every event a version 4 UUID as its `id`
    (https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html), whose first eight digits are
    random hexadecimal ones: each first digit is that of a sixteenth of all events, each two of a 256th.

    Args:
        share: A multiple of 1/256, 1 for every event.

    Returns:
        The pattern. Whether an event matches depends on its `id` only, so two events of one order are sampled apart.

    Raises:
        ValueError: The share is no such multiple.
    """
    require_share("share", share)
    if share == 1:
        return {"version": ["0"]}
    sixteenths, rest = divmod(int(share * _STEPS), len(_DIGITS))
    prefixes = [*_DIGITS[:sixteenths], *(f"{_DIGITS[sixteenths]}{digit}" for digit in _DIGITS[:rest])]
    return {"id": [{"prefix": prefix} for prefix in prefixes]}
