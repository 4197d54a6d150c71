"""Generations of the index on this machine's disk, each in a directory of its own that tantivy can open."""

from __future__ import annotations

import shutil
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from search.bucket import Bucket
from search.bundle import read_generation, unpack
from search.generation import Generation, UnknownGenerationError
from search.schema import OLDEST_READABLE, SCHEMA_VERSION
from search.segments import META_FILE

_PARALLEL_DOWNLOADS = 8


class LocalIndex:
    """The last few generations, kept so that the next one costs only the files it does not share with them.

    Files that two generations share are one file on the disk (hard links). A directory that is dropped while somebody
    reads it stays readable: tantivy maps its files into memory. Not thread-safe: callers hold a lock.

    Args:
        directory: where to keep them; must be this process's own, and may be empty.
        bucket: where what is missing comes from.
        capacity: how many generations to keep, at least 1.
    """

    def __init__(self, directory: Path, *, bucket: Bucket, capacity: int = 4) -> None:
        self._directory = directory
        self._bucket = bucket
        self._capacity = capacity
        self._kept: OrderedDict[str, Generation] = OrderedDict()

    def open(self, name: str) -> tuple[Generation, Path]:
        """Give a generation and the directory it is in, downloading the bundles that are missing.

        Costs nothing when it is kept, one download when only its own bundle is new, else at most one more round of
        downloads, 8 at a time.

        Raises:
            UnknownGenerationError: when the bucket lacks one of its bundles, or a version of the schema wrote it that
                this code cannot read.
        """
        if name in self._kept:
            self._kept.move_to_end(name)
            return self._kept[name], self._path(name)
        own = self._bucket.get(name)
        generation = read_generation(own)
        if not generation.is_readable:
            raise UnknownGenerationError(
                f"generation {name!r} has schema version {generation.schema_version}, this code reads "
                f"{OLDEST_READABLE} to {SCHEMA_VERSION}"
            )
        workspace = self.workspace()
        try:
            self._gather(generation, own, workspace)
        except BaseException:
            shutil.rmtree(workspace, ignore_errors=True)
            raise
        self.keep(generation, workspace)
        return generation, self._path(name)

    def is_kept(self, name: str) -> bool:
        """Whether opening that generation costs nothing."""
        return name in self._kept

    def describe(self, name: str) -> Generation:
        """Give a generation's manifest, whatever version of the schema wrote it. One download unless it is kept.

        Raises:
            UnknownGenerationError: when its bundle is not in the bucket.
        """
        return self._kept.get(name) or read_generation(self._bucket.get(name))

    def workspace(self) -> Path:
        """Make an empty directory on the same disk, to be given to `keep` or removed by the caller."""
        path = self._directory / f"workspace-{uuid.uuid4().hex}"
        path.mkdir(parents=True)
        return path

    def link(self, generation: Generation, directory: Path) -> None:
        """Put a kept generation's files into another directory, to write the next one there."""
        for name in generation.files:
            (directory / name).hardlink_to(self._path(generation.name) / name)
        (directory / META_FILE).write_text(generation.meta)

    def keep(self, generation: Generation, workspace: Path) -> None:
        """Keep what is in a workspace as this generation; the one used longest ago goes when there are too many."""
        for entry in workspace.iterdir():
            # What merges made obsolete, and tantivy's lock files.
            if entry.name not in generation.files and entry.name != META_FILE:
                entry.unlink()
        workspace.rename(self._path(generation.name))
        self._kept[generation.name] = generation
        while len(self._kept) > self._capacity:
            oldest, _ = self._kept.popitem(last=False)
            shutil.rmtree(self._path(oldest), ignore_errors=True)

    def _gather(self, generation: Generation, own: bytes, directory: Path) -> None:
        missing: dict[str, list[str]] = {}
        for name, bundle in generation.files.items():
            holder = self._holder(name, bundle)
            if holder is None:
                missing.setdefault(bundle, []).append(name)
            else:
                (directory / name).hardlink_to(holder)
        for bundle, content in self._download(missing, known={generation.name: own}).items():
            unpack(content, missing[bundle], directory)
        (directory / META_FILE).write_text(generation.meta)

    def _holder(self, name: str, bundle: str) -> Path | None:
        for kept in reversed(self._kept.values()):
            if kept.files.get(name) == bundle:
                return self._path(kept.name) / name
        return None

    def _download(self, bundles: Mapping[str, object], *, known: Mapping[str, bytes]) -> dict[str, bytes]:
        wanted = [bundle for bundle in bundles if bundle not in known]
        contents = {bundle: content for bundle, content in known.items() if bundle in bundles}
        if wanted:
            with ThreadPoolExecutor(min(_PARALLEL_DOWNLOADS, len(wanted))) as pool:
                contents |= dict(zip(wanted, pool.map(self._bucket.get, wanted), strict=True))
        return contents

    def _path(self, name: str) -> Path:
        return self._directory / name
