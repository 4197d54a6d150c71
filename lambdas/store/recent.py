"""What was read a moment ago: what everybody asks for is read once by each warm function, not by each request."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from threading import Lock
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class Recent(Generic[KeyT, ValueT]):
    """Values, each at most some seconds old when it is given. Safe to use from several threads.

    A value's age counts from when its reading began. Time is the wall clock's: a function stands still between two
    requests, and of no other clock it is sure that it goes on meanwhile. When that clock is put back, values are read
    again.

    Args:
        seconds: how old a value may be.
        most: how many are kept; those that were read first go first.
    """

    def __init__(self, *, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._lock = Lock()
        self._kept: dict[KeyT, tuple[float, ValueT]] = {}

    def find(self, key: KeyT, read: Callable[[], ValueT]) -> ValueT:
        """Give the value of a key.

        Args:
            key: of which value.
            read: gives the value as it is now; what it raises passes through.
        """
        return self.find_many([key], lambda _: {key: read()})[key]

    def find_many(
        self, keys: Collection[KeyT], read: Callable[[list[KeyT]], Mapping[KeyT, ValueT]]
    ) -> dict[KeyT, ValueT]:
        """Give the values of those of the keys that have one.

        Args:
            keys: of which values.
            read: gives the values of those keys that are asked for, as they are now. A key without one is asked for
                again next time.
        """
        now = time.time()
        with self._lock:
            kept = {key: self._kept[key] for key in keys if key in self._kept}
        values = {key: value for key, (at, value) in kept.items() if 0 <= now - at < self._seconds}
        if missing := [key for key in keys if key not in values]:
            found = read(missing)
            self._keep(found, now)
            values |= found
        return values

    def _keep(self, found: Mapping[KeyT, ValueT], at: float) -> None:
        with self._lock:
            for key, value in found.items():
                self._kept.pop(key, None)
                self._kept[key] = (at, value)
            while len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
