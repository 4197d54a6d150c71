"""How often a call is made again, and how long in all."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0
SHORTEST_READ_SECONDS = 0.1
"""What is left of the time must allow an answer at all, or a call is not made again."""


@dataclass(kw_only=True)
class Patience:
    """The time that one call may take with all its repetitions.

    Pauses double from 50 ms to 1 s with full jitter, so that those who failed together do not come back together
    (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/); a ``Retry-After`` is their least.

    Attributes:
        attempts: how often it is made at most.
        seconds: how long it may take in all.
    """

    attempts: int
    seconds: float
    made: int = field(default=0, init=False)
    _started: float = field(default_factory=time.monotonic, init=False)

    @property
    def remaining_seconds(self) -> float:
        """What is left of the time."""
        return self.seconds - (time.monotonic() - self._started)

    def pause(self, *, at_least_seconds: float = 0.0) -> bool:
        """Wait before the next attempt.

        Args:
            at_least_seconds: what the other service asked for.

        Returns:
            Whether there is one: neither attempts nor time are used up. If not, it has not waited.
        """
        self.made += 1
        longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (self.made - 1))
        seconds = at_least_seconds + random.uniform(0, longest)  # noqa: S311  # spreads callers, keeps no secret
        if self.made >= self.attempts or seconds + SHORTEST_READ_SECONDS > self.remaining_seconds:
            return False
        time.sleep(seconds)
        return True
