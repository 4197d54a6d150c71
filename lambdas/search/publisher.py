"""Generations on their way to be the current one: described, uploaded, and pointed to."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from search.bucket import Bucket
from search.bundle import pack
from search.generation import Generation, generation_name
from search.pointer import Pointer
from search.retirement import expired, retirements
from search.segments import META_FILE, live_files


class Publisher:
    """Uploads generations and swaps the pointer. Not thread-safe: callers take turns.

    Args:
        pointer: which generation is current.
        bucket: where bundles go.
        clock: gives epoch seconds.
    """

    def __init__(self, *, pointer: Pointer, bucket: Bucket, clock: Callable[[], float] = time.time) -> None:
        self._pointer = pointer
        self._bucket = bucket
        self._clock = clock
        self._uploaded: set[str] = set()

    def current(self) -> str | None:
        """Give the current generation's name; None before the first one."""
        return self._pointer.read()

    def upload(
        self,
        workspace: Path,
        *,
        parent: str | None,
        base: Generation | None,
        files_of: Generation | None,
        changed: Collection[str] | None,
    ) -> Generation:
        """Describe what is in a workspace as a generation, and upload the files that are new.

        Bundles that went out of use a grace period ago are deleted first.

        Args:
            workspace: the files of the index.
            parent: the current generation, which it is to replace.
            base: the parent's manifest, as far as it is still there.
            files_of: the generation whose files it shares.
            changed: the products in which it may differ from its parent; None when that may be any.
        """
        number = 1 if base is None else base.number + 1
        name = generation_name(number)
        shared: Mapping[str, str] = {} if files_of is None else files_of.files
        files = {file: shared.get(file, name) for file in sorted(live_files(workspace))}
        now = self._clock()
        generation = Generation(
            name=name,
            number=number,
            meta=(workspace / META_FILE).read_text(),
            files=files,
            retired=retirements(base, used=set(files.values()), uploaded=self._uploaded, now=now),
            parent=parent,
            changed=changed,
        )
        if base is not None:
            for bundle in expired(base.retired, now=now):
                self._bucket.delete(bundle)
        self._uploaded.add(name)
        self._bucket.put(name, pack(generation, workspace))
        return generation

    def make_current(self, generation: Generation) -> None:
        """Let an uploaded generation replace its parent.

        Raises:
            GenerationConflictError: the parent is no longer the current one.
        """
        self._pointer.swap(expected=generation.parent, replacement=generation.name)
        self._uploaded.clear()
