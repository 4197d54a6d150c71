from __future__ import annotations

import pytest

from search.pointer import Pointer
from search.reader import FRESHNESS_SECONDS, STALENESS_SECONDS, IndexUnavailableError, Reader
from search.retirement import GRACE_SECONDS
from store.errors import UnavailableError
from tests.services.search.conftest import Account
from tests.services.search.products import document, snapshot
from tests.services.search.test_indexer import store


class WatchedPointer(Pointer):
    reads = 0
    broken = False

    def read(self) -> str | None:
        self.reads += 1
        if self.broken:
            raise UnavailableError("no answer")
        return super().read()


def watch_downloads(account: Account, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the list to which every bundle will be added that is downloaded from now on."""
    downloads: list[str] = []
    get = account.bucket.get

    def watched(bundle: str) -> bytes:
        downloads.append(bundle)
        return get(bundle)

    monkeypatch.setattr(account.bucket, "get", watched)
    return downloads


def test_the_pointer_is_read_at_most_four_times_a_second(account: Account) -> None:
    now = 0.0
    pointer = WatchedPointer(account.table)
    reader = Reader(pointer=pointer, local=account.local(), clock=lambda: now)
    assert reader.current() is None
    assert reader.current() is None
    assert pointer.reads == 1
    account.indexer().bring_up_to_date(store(account, document(snapshot("a"))))
    now += FRESHNESS_SECONDS
    first = reader.current()
    assert first is not None
    assert first.name == account.pointer.read()
    assert reader.current() is first
    assert pointer.reads == 2


def test_a_new_generation_costs_one_download(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    indexer = account.indexer()
    indexer.bring_up_to_date(store(account, document(snapshot("a"))))
    now = 0.0
    reader = Reader(pointer=account.pointer, local=account.local(), clock=lambda: now)
    reader.current()
    downloads = watch_downloads(account, monkeypatch)
    indexer.bring_up_to_date(store(account, document(snapshot("b"))))
    now += 1
    current = reader.current()
    assert current is not None
    assert current.searcher.size == 2
    assert downloads == [current.name]


def test_the_last_generation_is_served_for_a_while_when_the_pointer_does_not_answer(account: Account) -> None:
    now = 0.0
    pointer = WatchedPointer(account.table)
    account.indexer().bring_up_to_date(store(account, document(snapshot("a"))))
    reader = Reader(pointer=pointer, local=account.local(), clock=lambda: now)
    first = reader.current()
    pointer.broken = True
    now = STALENESS_SECONDS
    assert reader.current() is first
    now += 1
    with pytest.raises(UnavailableError):
        reader.current()


def test_a_reader_that_starts_while_nothing_answers(account: Account) -> None:
    pointer = WatchedPointer(account.table)
    pointer.broken = True
    with pytest.raises(UnavailableError):
        Reader(pointer=pointer, local=account.local()).current()


def test_a_lost_bundle(account: Account) -> None:
    account.indexer().bring_up_to_date(store(account, document(snapshot("a"))))
    for bundle in account.bundles():
        account.bucket.delete(bundle)
    with pytest.raises(IndexUnavailableError, match="no bundle"):
        account.reader().current()


def test_a_reader_that_slept_through_the_grace_period(account: Account) -> None:
    """It read the pointer, was frozen, and wakes up when that generation is gone."""
    indexer = account.indexer()
    indexer.bring_up_to_date(store(account, document(snapshot("a"))))

    class Sleepy(Pointer):
        slept = False

        def read(self) -> str | None:
            name = super().read()
            if not self.slept:
                self.slept = True
                account.indexer().rebuild()
                assert name is not None
                account.bucket.delete(name)
            return name

    current = Reader(pointer=Sleepy(account.table), local=account.local()).current()
    assert current is not None
    assert current.name == account.pointer.read()


def test_earlier_generations_can_be_opened_until_the_grace_period_is_over(account: Account) -> None:
    now = 1_000_000.0
    indexer = account.indexer(clock=lambda: now)
    indexer.bring_up_to_date(store(account, document(snapshot("a"))))
    first = account.pointer.read()
    assert first is not None
    for version in range(2, 12):
        indexer.bring_up_to_date(store(account, document(snapshot("a", version=version))))
    opened = account.reader().earlier(first)
    assert opened is not None
    assert opened.searcher.version("a") == 1
    now += GRACE_SECONDS + 1
    indexer.bring_up_to_date(store(account, document(snapshot("a", version=20))))
    assert account.reader().earlier(first) is None
    # Whoever has it open keeps it.
    assert opened.searcher.version("a") == 1


def test_cursors_to_many_generations_do_not_push_out_the_current_one(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexer = account.indexer()
    names: list[str] = []
    for version in range(1, 8):
        indexer.bring_up_to_date(store(account, document(snapshot("a", version=version))))
        names.append(str(account.pointer.read()))
    now = 0.0
    reader = Reader(pointer=account.pointer, local=account.local(capacity=3), clock=lambda: now)
    reader.current()
    downloads = watch_downloads(account, monkeypatch)
    for version, name in enumerate(names[:-1], start=1):
        earlier = reader.earlier(name)
        assert earlier is not None
        assert earlier.searcher.version("a") == version
        now += 1
        current = reader.current()
        assert current is not None
        assert current.searcher.version("a") == 7
    assert names[-1] not in downloads
