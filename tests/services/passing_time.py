"""Time that passes when a test says so, for what is kept for some seconds."""

from __future__ import annotations

import time


class PassingTime:
    """Stands in for the module `time` where the wall clock is asked."""

    def __init__(self) -> None:
        self._passed = 0.0

    def seconds(self, passed: float) -> None:
        """Let so much time pass at once."""
        self._passed += passed

    def time(self) -> float:
        """Give the wall clock's time."""
        return time.time() + self._passed
