"""Generations open for queries: the current one, followed as it moves, and earlier ones that cursors lead to."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from search.engine import Searcher
from search.generation import UnknownGenerationError
from search.local_index import LocalIndex
from search.pointer import Pointer
from store.errors import UnavailableError

FRESHNESS_SECONDS = 0.25
"""For how long the pointer is not read again."""

STALENESS_SECONDS = 60.0
"""For how long the last generation is served when the pointer or the bucket does not answer."""

_logger = logging.getLogger(__name__)


class IndexUnavailableError(Exception):
    """There is a current generation, but it cannot be opened until the index is rebuilt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGeneration:
    """A generation to search in, and its name."""

    name: str
    searcher: Searcher


class Reader:
    """Opens generations for queries. Safe to use from several threads.

    Args:
        pointer: which generation is current.
        local: the generations on this machine; the reader's own, no indexer shares it.
        clock: gives seconds that never go back.
    """

    def __init__(self, *, pointer: Pointer, local: LocalIndex, clock: Callable[[], float] = time.monotonic) -> None:
        self._pointer = pointer
        self._local = local
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[str, Searcher] = {}
        self._current: OpenGeneration | None = None
        self._checked_at = float("-inf")

    def current(self) -> OpenGeneration | None:
        """Give the current generation, at most 0.25 s behind the pointer; None before anything was ever indexed.

        When pointer or bucket do not answer, the last generation is served for up to a minute.

        Raises:
            IndexUnavailableError: when its bundles are lost or another version of the schema wrote it.
        """
        with self._lock:
            age = self._clock() - self._checked_at
            if age < FRESHNESS_SECONDS:
                return self._current
            try:
                self._current = self._follow()
            except UnavailableError:
                if self._current is None or age > STALENESS_SECONDS:
                    raise
                _logger.warning("serving generation %s, %.1f s old", self._current.name, age, exc_info=True)
                return self._current
            self._checked_at = self._clock()
            return self._current

    def earlier(self, name: str) -> OpenGeneration | None:
        """Give the generation of that name; None when it was replaced so long ago that it is gone."""
        with self._lock:
            try:
                return self._opened(name)
            except UnknownGenerationError:
                return None

    def _follow(self) -> OpenGeneration | None:
        name = self._pointer.read()
        if name is None:
            return None
        try:
            return self._opened(name)
        except UnknownGenerationError as error:
            # A process that was frozen in between finds that its generation has been replaced and deleted.
            moved_to = self._pointer.read()
            if moved_to is None or moved_to == name:
                raise IndexUnavailableError(f"generation {name!r} cannot be opened: {error}") from error
        try:
            return self._opened(moved_to)
        except UnknownGenerationError as error:
            raise IndexUnavailableError(f"generation {moved_to!r} cannot be opened: {error}") from error

    def _opened(self, name: str) -> OpenGeneration:
        # Asked each time, also for one that is open: so the local index knows which ones are in use and keeps these.
        generation, directory = self._local.open(name)
        self._open = {kept: searcher for kept, searcher in self._open.items() if self._local.is_kept(kept)}
        if name not in self._open:
            self._open[name] = Searcher(directory, schema_version=generation.schema_version)
        return OpenGeneration(name=name, searcher=self._open[name])
