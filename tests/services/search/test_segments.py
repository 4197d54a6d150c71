"""What tantivy must keep doing for generations to share files."""

from __future__ import annotations

from pathlib import Path

from search.engine import Searcher, amend_index, create_index
from search.segments import META_FILE, live_files
from tests.services.search.products import document, snapshot, tombstone


def contents(directory: Path) -> dict[str, bytes]:
    return {name: (directory / name).read_bytes() for name in live_files(directory)}


def test_segment_files_never_change_and_deletions_are_files_of_their_own(tmp_path: Path) -> None:
    create_index(tmp_path, [document(snapshot(f"p{number}")) for number in range(5)])
    before = contents(tmp_path)
    amend_index(tmp_path, [document(snapshot("p1", version=2)), tombstone("p2", version=2)])
    after = contents(tmp_path)
    assert before.items() <= after.items()
    assert sum(name.endswith(".del") for name in after) == 1
    assert len({name.partition(".")[0] for name in after}) == 2
    assert Searcher(tmp_path).size == 4


def test_an_index_consists_of_its_live_files_and_meta_alone(tmp_path: Path) -> None:
    source, copy = tmp_path / "source", tmp_path / "copy"
    source.mkdir()
    copy.mkdir()
    create_index(source, [document(snapshot(f"p{number}")) for number in range(5)])
    for version in range(2, 14):
        amend_index(source, [document(snapshot("p1", version=version)), tombstone(f"p{version}", version=2)])
    for name in live_files(source) | {META_FILE}:
        (copy / name).write_bytes((source / name).read_bytes())
    searcher = Searcher(copy)
    assert [searcher.version(f"p{number}") for number in range(5)] == [1, 13, None, None, None]


def test_many_small_commits_are_merged(tmp_path: Path) -> None:
    create_index(tmp_path, [])
    for number in range(18):
        amend_index(tmp_path, [document(snapshot(f"p{number}"))])
    assert len({name.partition(".")[0] for name in live_files(tmp_path)}) < 10
    assert Searcher(tmp_path).size == 18
