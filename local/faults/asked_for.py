"""The faults that were asked for and have not all struck yet."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from local.faults.fault import Fault, Kind


@dataclass(kw_only=True)
class _AskedFor:
    fault: Fault
    number: int
    passed: int = 0
    struck: int = 0

    @property
    def is_over(self) -> bool:
        return self.struck == self.fault.times


class Faults:
    """All faults of this process; calls and invocations of many threads ask it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_for: list[_AskedFor] = []

    def ask_for(self, fault: Fault) -> int:
        """Let a fault strike from now on; gives the number by which it is known."""
        with self._lock:
            self._asked_for.append(_AskedFor(fault=fault, number=len(self._asked_for) + 1))
            return len(self._asked_for)

    def forget(self) -> None:
        """Let none strike any more."""
        with self._lock:
            for one in self._asked_for:
                one.struck = one.fault.times

    def of_call(self, function: str, call: str) -> Fault | None:
        """Give the fault that strikes a call now, if one does.

        Args:
            function: Who calls.
            call: What is called.
        """
        return self._take(function, call, ("kill", "throttle", "conflict", "delay"), of_invocation=False)

    def of_invocation(self, function: str, *kinds: Kind) -> Fault | None:
        """Give the fault of one of these kinds that strikes an invocation now, if one does."""
        return self._take(function, "", kinds, of_invocation=True)

    def documents(self) -> list[dict[str, object]]:
        """Give what was asked for, and how often each has struck."""
        with self._lock:
            return [{**one.fault.document(), "number": one.number, "struck": one.struck} for one in self._asked_for]

    def _take(self, function: str, call: str, kinds: tuple[Kind, ...], *, of_invocation: bool) -> Fault | None:
        with self._lock:
            for one in self._asked_for:
                fault = one.fault
                if one.is_over or fault.kind not in kinds or of_invocation is bool(fault.call):
                    continue
                if fault.function not in function or fault.call not in call:
                    continue
                if one.passed < fault.skip:
                    one.passed += 1
                    continue
                one.struck += 1
                return fault
        return None
