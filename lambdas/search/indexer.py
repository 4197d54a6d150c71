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
from collections.abc import Callable, Collection, Sequence

from search import schema
from search.bucket import Bucket
from search.document import Document
from search.engine import Searcher, amend_index
from search.generation import Generation, UnknownGenerationError
from search.local_index import LocalIndex
from search.pointer import GenerationConflictError, Pointer
from search.projection import Projection
from search.publisher import Publisher
from search.replacement import Replacement

ATTEMPTS = 40
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 0.2
"""Short, and many attempts: beside a rival that publishes batch after batch, who waits long loses every race."""


class NewerSchemaError(Exception):
    """The index is of a newer schema than this code's, which is about to be replaced by newer code."""


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
        self._publisher = Publisher(pointer=pointer, bucket=bucket, clock=clock)
        self._local = local
        self._pause = pause
        self._turn = threading.Lock()

    def bring_up_to_date(self, ids: Collection[str]) -> None:
        """Make the index say of these products what the projection says. Does nothing when it does already.

        Without a generation to start from (none was ever made, the pointer or a bundle is lost, the schema has changed)
        the whole index is made again from the projection; what is there goes on being answered from meanwhile, if it
        can be read.

        Raises:
            GenerationConflictError: when others kept swapping the pointer for all of the 40 attempts, about 7 s.
            NewerSchemaError: when newer code has made the index already.
        """
        ids = sorted(set(ids))
        replacement = self._replacement()
        with self._turn:
            self._attempt(lambda current: self._amend(current, ids, replacement))

    def rebuild(self) -> None:
        """Make the whole index again from the projection, whatever state it is in and whatever schema it has.

        One scan of the table, one new segment, one upload. The index in use stays in use until the new one replaces it,
        with all that indexers at work meanwhile have put into it. Its memory: a page of the scan, the writer's 256 MB
        and the bundle.

        Raises:
            GenerationConflictError: as `bring_up_to_date`.
        """
        replacement = self._replacement()
        with self._turn:
            self._attempt(replacement.attempt)

    def is_of_this_schema(self) -> bool:
        """Whether there is an index that can be opened and is of this code's schema, or a newer one."""
        current = self._publisher.current()
        if current is None:
            return False
        try:
            with self._turn:
                generation, _ = self._local.open(current)
        except UnknownGenerationError:
            return False
        return generation.schema_version >= schema.SCHEMA_VERSION

    def _replacement(self) -> Replacement:
        return Replacement(projection=self._projection, publisher=self._publisher, local=self._local)

    def _attempt(self, publish: Callable[[str | None], None]) -> None:
        for attempt in range(ATTEMPTS):
            try:
                publish(self._publisher.current())
                return
            except GenerationConflictError:
                if attempt == ATTEMPTS - 1:
                    raise
                self._pause(random.uniform(0, min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**attempt)))  # noqa: S311

    def _amend(self, current: str | None, ids: Sequence[str], replacement: Replacement) -> None:
        if current is None:
            return replacement.attempt(current)
        try:
            base, directory = self._local.open(current)
        except UnknownGenerationError:
            return replacement.attempt(current)
        if base.schema_version > schema.SCHEMA_VERSION:
            raise NewerSchemaError(
                f"the index has schema version {base.schema_version}, this code writes {schema.SCHEMA_VERSION}"
            )
        if base.schema_version < schema.SCHEMA_VERSION:
            return replacement.attempt(current)
        searcher = Searcher(directory)
        outdated = [
            document
            for document in self._projection.read(ids)
            if searcher.version(document.id) != document.indexed_version
        ]
        if outdated:
            self._publish_amended(base, outdated)
        return None

    def _publish_amended(self, base: Generation, documents: Sequence[Document]) -> None:
        workspace = self._local.workspace()
        try:
            self._local.link(base, workspace)
            amend_index(workspace, documents)
            changed = [document.id for document in documents]
            generation = self._publisher.upload(workspace, parent=base.name, base=base, files_of=base, changed=changed)
            self._publisher.make_current(generation)
            self._local.keep(generation, workspace)
        finally:
            shutil.rmtree(workspace, ignore_errors=True)
