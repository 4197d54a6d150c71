"""The indexer: brings the index up to date with the projection, one new generation at a time.

Two indexers may run at once. Each reads the pointer, then the projection, makes a generation of both and swaps the
pointer on the condition that it has not moved. The order matters: what is stored after the projection was read here is
the business of somebody who reads the pointer later still; of the two swaps one fails and starts again from what it
finds.
"""

from __future__ import annotations

import random
import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from search.bucket import Bucket
from search.bundle import pack
from search.document import Document
from search.engine import Searcher, amend_index, create_index
from search.generation import Generation, UnknownGenerationError, generation_name
from search.local_index import LocalIndex
from search.pointer import GenerationConflictError, Pointer
from search.projection import Projection
from search.retirement import expired, retirements
from search.segments import META_FILE, live_files

ATTEMPTS = 40
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 0.2
"""Short, and many attempts: beside a rival that publishes batch after batch, who waits long loses every race."""


class Indexer:
    """Publishes generations of the index. Safe to use from several threads, which then take turns.

    Args:
        projection: what the index shall say.
        pointer: which generation is current.
        bucket: where bundles go.
        local: the generations on this machine; the indexer's own, no reader shares it.
        clock: gives epoch seconds.
        pause: waits for so many seconds.
    """

    def __init__(
        self,
        *,
        projection: Projection,
        pointer: Pointer,
        bucket: Bucket,
        local: LocalIndex,
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._projection = projection
        self._pointer = pointer
        self._bucket = bucket
        self._local = local
        self._clock = clock
        self._pause = pause
        self._turn = threading.Lock()
        self._uploaded: set[str] = set()

    def bring_up_to_date(self, ids: Collection[str]) -> None:
        """Make the index say of these products what the projection says. Does nothing when it does already.

        Without a generation to start from (none was ever made, the pointer or a bundle is lost, the schema has changed)
        the whole index is made again from the projection.

        Raises:
            GenerationConflictError: when others kept swapping the pointer for all of the 40 attempts, about 7 s.
        """
        ids = sorted(set(ids))
        with self._turn:
            self._attempt(lambda base: self._amend(base, ids))

    def rebuild(self) -> None:
        """Make the whole index again from the projection, whatever state it is in.

        One scan of the table, one new segment, one upload. Indexers that are at work meanwhile lose their race or win
        it; in both cases nothing is lost. Its memory: a page of the scan, the writer's 32 MB and the bundle.

        Raises:
            GenerationConflictError: as `bring_up_to_date`.
        """
        with self._turn:
            self._attempt(self._create)

    def _attempt(self, publish: Callable[[str | None], None]) -> None:
        for attempt in range(ATTEMPTS):
            try:
                publish(self._pointer.read())
                return
            except GenerationConflictError:
                if attempt == ATTEMPTS - 1:
                    raise
                self._pause(random.uniform(0, min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**attempt)))  # noqa: S311

    def _amend(self, current: str | None, ids: Collection[str]) -> None:
        if current is None:
            return self._create(current)
        try:
            base, directory = self._local.open(current)
        except UnknownGenerationError:
            return self._create(current)
        searcher = Searcher(directory)
        outdated = [
            document
            for document in self._projection.read(list(ids))
            if searcher.version(document.id) != (document.version if document.is_published else None)
        ]
        if outdated:
            self._publish(current, base, lambda workspace: self._write_amended(base, workspace, outdated))
        return None

    def _write_amended(self, base: Generation, workspace: Path, documents: Iterable[Document]) -> None:
        self._local.link(base, workspace)
        amend_index(workspace, documents)

    def _create(self, current: str | None) -> None:
        try:
            base = None if current is None else self._local.describe(current)
        except UnknownGenerationError:
            base = None
        self._publish(current, base, lambda workspace: create_index(workspace, self._projection.published()))

    def _publish(self, current: str | None, base: Generation | None, write: Callable[[Path], None]) -> None:
        workspace = self._local.workspace()
        try:
            write(workspace)
            generation = self._describe(base, workspace)
            if base is not None:
                for bundle in expired(base.retired, now=self._clock()):
                    self._bucket.delete(bundle)
            self._uploaded.add(generation.name)
            self._bucket.put(generation.name, pack(generation, workspace))
            self._pointer.swap(expected=current, replacement=generation.name)
            self._uploaded.clear()
            self._local.keep(generation, workspace)
        finally:
            shutil.rmtree(workspace, ignore_errors=True)

    def _describe(self, base: Generation | None, workspace: Path) -> Generation:
        number = 1 if base is None else base.number + 1
        name = generation_name(number)
        inherited: Mapping[str, str] = {} if base is None else base.files
        files = {file: inherited.get(file, name) for file in sorted(live_files(workspace))}
        return Generation(
            name=name,
            number=number,
            meta=(workspace / META_FILE).read_text(),
            files=files,
            retired=retirements(base, used=set(files.values()), uploaded=self._uploaded, now=self._clock()),
        )
