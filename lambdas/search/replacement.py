"""Making the whole index again, beside the one that is in use and goes on changing."""

from __future__ import annotations

import shutil
from collections.abc import Collection

from search.engine import Searcher, amend_index, create_index
from search.generation import Generation, UnknownGenerationError
from search.local_index import LocalIndex
from search.projection import Projection
from search.publisher import Publisher

_GENERATIONS_FOLLOWED = 200
"""How many generations back it is worth looking for what changed; each is a download."""


class Replacement:
    """One attempt after another to replace the index by one that is made of the projection alone.

    The scan is made once. When the current generation has moved on by then, only the products that it says it changed
    are read again and amended, so each further attempt is as short as that of any indexer: a catalog that is written to
    all the time cannot keep a large index from being made again.

    Args:
        projection: what the index shall say.
        publisher: uploads generations and swaps the pointer.
        local: the generations on this machine.
    """

    def __init__(self, *, projection: Projection, publisher: Publisher, local: LocalIndex) -> None:
        self._projection = projection
        self._publisher = publisher
        self._local = local
        self._made: Generation | None = None

    def attempt(self, current: str | None) -> None:
        """Make the index, or bring it up to date, and swap the pointer.

        Args:
            current: the generation that is current now, read before this is called; None when there is none.

        Raises:
            GenerationConflictError: it is current no more: attempt it again with the one that is.
        """
        if self._made is None:
            self._made = self._make(current)
        elif self._made.name == current:
            return  # The pointer was swapped, and the answer lost.
        elif self._made.parent != current:
            self._made = self._follow(self._made, current)
        self._publisher.make_current(self._made)

    def _make(self, current: str | None) -> Generation:
        workspace = self._local.workspace()
        try:
            # Read after the pointer: whoever stores a document that this misses will find the pointer moved.
            create_index(workspace, self._projection.published())
            base = self._manifest(current)
            made = self._publisher.upload(workspace, parent=current, base=base, files_of=None, changed=None)
            self._local.keep(made, workspace)
            return made
        finally:
            shutil.rmtree(workspace, ignore_errors=True)

    def _follow(self, made: Generation, current: str | None) -> Generation:
        changed = self._changed_since(made.parent, current)
        if changed is None:
            return self._make(current)
        searcher = Searcher(self._local.open(made.name)[1])
        outdated = [
            document
            for document in self._projection.read(sorted(changed))
            if searcher.version(document.id) != document.indexed_version
        ]
        workspace = self._local.workspace()
        try:
            self._local.link(made, workspace)
            if outdated:
                amend_index(workspace, outdated)
            base = self._manifest(current)
            following = self._publisher.upload(workspace, parent=current, base=base, files_of=made, changed=None)
            self._local.keep(following, workspace)
            return following
        finally:
            shutil.rmtree(workspace, ignore_errors=True)

    def _changed_since(self, earlier: str | None, current: str | None) -> Collection[str] | None:
        """The products that changed from one generation to a later one; None when nobody can say."""
        changed: set[str] = set()
        name = current
        for _ in range(_GENERATIONS_FOLLOWED):
            if name == earlier:
                return changed
            manifest = self._manifest(name)
            if manifest is None or manifest.changed is None:
                return None
            changed.update(manifest.changed)
            name = manifest.parent
        return None

    def _manifest(self, name: str | None) -> Generation | None:
        if name is None:
            return None
        try:
            return self._local.describe(name)
        except UnknownGenerationError:
            return None
