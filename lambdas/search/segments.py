"""The files of a tantivy index on disk: which of them one commit consists of.

What tantivy 0.27 does, and the tests hold it to: a segment's files are written once and never changed; a deletion in a
segment writes a new `<segment>.<opstamp>.del`; a merge writes a new segment; only `meta.json` is replaced in place. So
a commit is `meta.json` plus immutable files, and two commits share every file that neither of them wrote.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

META_FILE = "meta.json"


class _Deletes(TypedDict):
    opstamp: int


class _Segment(TypedDict):
    segment_id: str
    deletes: _Deletes | None


class _Meta(TypedDict):
    segments: list[_Segment]


def live_files(directory: Path) -> frozenset[str]:
    """Give the names of the segment files that the directory's `meta.json` refers to, without `meta.json` itself.

    A directory may hold more: segments that a merge has made obsolete, older deletions, lock files.
    """
    meta: _Meta = json.loads((directory / META_FILE).read_text())
    deletions = {_stem(segment): segment["deletes"] for segment in meta["segments"]}
    return frozenset(name for name in _names(directory) if _is_live(name, deletions))


def _is_live(name: str, deletions: dict[str, _Deletes | None]) -> bool:
    segment, _, kind = name.partition(".")
    if segment not in deletions:
        return False
    if not kind.endswith("del"):
        return True
    current = deletions[segment]
    return current is not None and kind == f"{current['opstamp']}.del"


def _stem(segment: _Segment) -> str:
    return segment["segment_id"].replace("-", "")


def _names(directory: Path) -> Iterable[str]:
    return (entry.name for entry in directory.iterdir())
