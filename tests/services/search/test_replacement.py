"""The index made again while others write to it: it loses nothing, it comes to an end, and it is one index."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from search.document import Document
from search.indexer import Indexer
from search.pointer import Pointer
from search.projection import Projection
from tests.services.search.conftest import Account
from tests.services.search.products import document, snapshot, tombstone
from tests.services.search.test_indexer import indexed, store


class WatchedProjection(Projection):
    """Counts its scans, and does something during each."""

    scans = 0

    def published(self) -> Iterator[Document]:
        self.scans += 1
        for each in super().published():
            yield each
            self.meanwhile()

    def meanwhile(self) -> None:
        """Nothing, unless a test says otherwise."""


def watched(account: Account) -> WatchedProjection:
    return WatchedProjection(account.table, client=account.client)


def publish(account: Account, indexer: Indexer, *documents: Document) -> None:
    indexer.bring_up_to_date(store(account, *documents))


def test_what_changes_during_the_scan_is_in_the_new_index(account: Account) -> None:
    rival = account.indexer()
    publish(account, rival, *(document(snapshot(name)) for name in "abc"))
    projection = watched(account)
    changes = iter(
        [
            [document(snapshot("a", version=2)), document(snapshot("new"))],
            [tombstone("b", version=2)],
            [document(snapshot("a", version=3)), tombstone("new", version=2)],
        ]
    )
    projection.meanwhile = lambda: publish(account, rival, *next(changes))  # type: ignore[method-assign]
    account.indexer(projection=projection).rebuild()
    assert indexed(account) == {"a": 3, "c": 1}
    assert projection.scans == 1


def test_a_catalog_that_never_rests_does_not_keep_it_from_its_end(account: Account) -> None:
    rival = account.indexer()
    publish(account, rival, document(snapshot("busy")))

    class Overtaken(Pointer):
        times = 0

        def swap(self, *, expected: str | None, replacement: str) -> None:
            if self.times < 10:
                self.times += 1
                publish(account, rival, document(snapshot("busy", version=1 + self.times)))
            super().swap(expected=expected, replacement=replacement)

    projection = watched(account)
    indexer = account.indexer(projection=projection, pointer=Overtaken(account.table), pause=lambda _: None)
    indexer.rebuild()
    assert indexed(account) == {"busy": 11}
    # Whatever the rival did, the table was read once.
    assert projection.scans == 1
    publish(account, rival, document(snapshot("after")))
    assert indexed(account) == {"busy": 11, "after": 1}


def test_the_same_files_are_uploaded_once_however_often_it_is_overtaken(account: Account) -> None:
    rival = account.indexer()
    for number in range(40):
        words = " ".join(f"word{number}x{each}" for each in range(100))
        store(account, document(snapshot(f"p{number}", description=words)))
    rival.rebuild()

    class Overtaken(Pointer):
        times = 0

        def swap(self, *, expected: str | None, replacement: str) -> None:
            if self.times < 3:
                self.times += 1
                publish(account, rival, document(snapshot("p0", version=1 + self.times)))
            super().swap(expected=expected, replacement=replacement)

    account.indexer(pointer=Overtaken(account.table), pause=lambda _: None).rebuild()
    current = account.pointer.read()
    assert current is not None
    sizes = {bundle: len(account.bucket.get(bundle)) for bundle in account.local().describe(current).bundles}
    assert sizes[current] < max(sizes.values()) / 2


def test_a_lost_answer_of_the_swap(account: Account) -> None:
    class AnswerLost(Pointer):
        def swap(self, *, expected: str | None, replacement: str) -> None:
            super().swap(expected=expected, replacement=replacement)
            super().swap(expected=expected, replacement=replacement)

    store(account, document(snapshot("a")))
    projection = watched(account)
    account.indexer(projection=projection, pointer=AnswerLost(account.table), pause=lambda _: None).rebuild()
    assert indexed(account) == {"a": 1}
    assert projection.scans == 1


def test_two_at_once_end_with_one_index(account: Account) -> None:
    publish(account, account.indexer(), *(document(snapshot(f"p{number}")) for number in range(20)))
    both = threading.Barrier(2)

    def rebuild(number: int) -> None:
        indexer = account.indexer()
        both.wait()
        indexer.rebuild()
        publish(account, indexer, document(snapshot(f"after{number}")))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(rebuild, range(2)))
    assert indexed(account) == {f"p{number}": 1 for number in range(20)} | {"after0": 1, "after1": 1}
    # Of what the loser uploaded, nothing is forgotten.
    current = account.pointer.read()
    assert current is not None
    generation = account.local().describe(current)
    assert account.bundles() <= generation.bundles | generation.retired.keys()


def test_one_that_others_made_meanwhile_is_no_end(account: Account) -> None:
    """Whoever else made the index again may have read the table before it said what this one is made for."""
    publish(account, account.indexer(), document(snapshot("a")))
    rival = account.indexer()

    class Overtaken(Pointer):
        times = 0

        def swap(self, *, expected: str | None, replacement: str) -> None:
            if not self.times:
                self.times += 1
                rival.rebuild()
                store(account, document(snapshot("late")))
            super().swap(expected=expected, replacement=replacement)

    projection = watched(account)
    account.indexer(projection=projection, pointer=Overtaken(account.table), pause=lambda _: None).rebuild()
    assert projection.scans == 2
    assert indexed(account) == {"a": 1, "late": 1}


def test_searches_go_on_meanwhile(account: Account) -> None:
    publish(account, account.indexer(), *(document(snapshot(f"p{number}")) for number in range(5)))
    seen: list[dict[str, int]] = []
    projection = watched(account)
    projection.meanwhile = lambda: seen.append(indexed(account))  # type: ignore[method-assign]
    account.indexer(projection=projection).rebuild()
    assert seen == [{f"p{number}": 1 for number in range(5)}] * 5
