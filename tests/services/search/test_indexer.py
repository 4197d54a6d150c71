from __future__ import annotations

import dataclasses

import pytest

import search.generation
import search.schema
from search.criteria import Criteria
from search.document import Document
from search.indexer import ATTEMPTS, NewerSchemaError
from search.pointer import GenerationConflictError, Pointer
from search.reader import IndexUnavailableError
from search.results import find
from search.retirement import GRACE_SECONDS, expired, retirements
from tests.services.search.conftest import Account
from tests.services.search.products import document, snapshot, tombstone

NEXT = search.schema.SCHEMA_VERSION + 1


def indexed(account: Account) -> dict[str, int]:
    """The versions in the current generation, read by a process that has nothing on its disk."""
    generation = account.reader().current()
    if generation is None:
        return {}
    products = find(generation.searcher, Criteria(), limit=1000).products
    return {product["id"]: product["version"] for product in products}


def store(account: Account, *documents: Document) -> list[str]:
    for each in documents:
        account.projection.apply(each)
    return [each.id for each in documents]


def test_nothing_is_there_before_the_first_generation(account: Account) -> None:
    assert indexed(account) == {}


def test_products_are_added_replaced_and_removed(account: Account) -> None:
    indexer = account.indexer()
    indexer.bring_up_to_date(store(account, document(snapshot("a")), document(snapshot("b")), document(snapshot("c"))))
    assert indexed(account) == {"a": 1, "b": 1, "c": 1}
    indexer.bring_up_to_date(store(account, document(snapshot("a", version=3)), tombstone("b", version=2)))
    assert indexed(account) == {"a": 3, "c": 1}


def test_what_is_indexed_already_makes_no_generation(account: Account) -> None:
    ids = store(account, document(snapshot("a")), tombstone("b", version=2))
    account.indexer().bring_up_to_date(ids)
    generation = account.pointer.read()
    account.indexer().bring_up_to_date([*ids, "never-heard-of"])
    assert account.pointer.read() == generation


def test_a_commit_uploads_one_bundle_with_what_it_added(account: Account) -> None:
    indexer = account.indexer()
    store(account, *(document(snapshot(f"p{number}", description="word " * 500)) for number in range(50)))
    indexer.rebuild()
    (first,) = account.bundles()
    indexer.bring_up_to_date(store(account, document(snapshot("a"))))
    (second,) = account.bundles() - {first}
    assert account.pointer.read() == second
    generation = account.local().describe(second)
    assert generation.bundles == {first, second}
    assert {generation.files[name] for name in account.local().describe(first).files} == {first}


def test_an_indexer_goes_on_from_another_ones_generation(account: Account) -> None:
    one, other = account.indexer(), account.indexer()
    for number in range(6):
        (one if number % 2 else other).bring_up_to_date(store(account, document(snapshot(f"p{number}"))))
    assert indexed(account) == {f"p{number}": 1 for number in range(6)}


def test_a_lost_race_is_run_again_on_the_winners_generation(account: Account) -> None:
    rival = account.indexer()
    rival.bring_up_to_date(store(account, document(snapshot("before"))))

    class Overtaken(Pointer):
        overtaken = 0

        def swap(self, *, expected: str | None, replacement: str) -> None:
            if self.overtaken < 2:
                self.overtaken += 1
                rival.bring_up_to_date(store(account, document(snapshot("theirs", version=self.overtaken))))
            super().swap(expected=expected, replacement=replacement)

    pauses: list[float] = []
    indexer = account.indexer(pointer=Overtaken(account.table), pause=pauses.append)
    indexer.bring_up_to_date(store(account, document(snapshot("ours"))))
    assert indexed(account) == {"before": 1, "ours": 1, "theirs": 2}
    assert len(pauses) == 2
    # The bundles of the two lost attempts are noted, to be deleted after the grace period like any other.
    current = account.pointer.read()
    assert current is not None
    generation = account.local().describe(current)
    assert account.bundles() == generation.bundles | generation.retired.keys()


def test_an_indexer_gives_up_when_it_always_loses(account: Account) -> None:
    class AlwaysOvertaken(Pointer):
        def swap(self, *, expected: str | None, replacement: str) -> None:
            raise GenerationConflictError(f"{expected} was overtaken, {replacement} is late")

    pauses: list[float] = []
    indexer = account.indexer(pointer=AlwaysOvertaken(account.table), pause=pauses.append)
    with pytest.raises(GenerationConflictError):
        indexer.bring_up_to_date(store(account, document(snapshot("a"))))
    assert len(pauses) == ATTEMPTS - 1
    assert all(0 <= pause <= 1 for pause in pauses)
    assert sum(pauses) < ATTEMPTS


def test_a_swap_whose_answer_is_lost_is_no_lost_race(account: Account) -> None:
    """The client sends the write again and is told that the pointer has moved: by its own first attempt."""

    class AnswerLost(Pointer):
        def swap(self, *, expected: str | None, replacement: str) -> None:
            super().swap(expected=expected, replacement=replacement)
            super().swap(expected=expected, replacement=replacement)

    indexer = account.indexer(pointer=AnswerLost(account.table), pause=lambda _: None)
    indexer.bring_up_to_date(store(account, document(snapshot("a"))))
    assert indexed(account) == {"a": 1}
    assert account.bundles() == {account.pointer.read()}


@pytest.mark.parametrize("loss", ["pointer", "own bundle", "shared bundle", "all bundles"])
def test_a_loss_is_made_up_for_from_the_projection(account: Account, loss: str) -> None:
    indexer = account.indexer()
    indexer.bring_up_to_date(store(account, document(snapshot("a")), document(snapshot("b"))))
    indexer.bring_up_to_date(store(account, document(snapshot("c")), tombstone("b", version=2)))
    current = account.pointer.read()
    assert current is not None
    shared = account.local().describe(current).bundles - {current}
    match loss:
        case "pointer":
            account.client.sync_delete_item(account.table_name, {"pk": "INDEX", "sk": "CURRENT"})
        case "own bundle":
            account.bucket.delete(current)
        case "shared bundle":
            account.bucket.delete(min(shared))
        case _:
            for bundle in account.bundles():
                account.bucket.delete(bundle)
    account.indexer().bring_up_to_date(store(account, document(snapshot("d"))))
    assert indexed(account) == {"a": 1, "c": 1, "d": 1}


def test_rebuilding_on_demand(account: Account) -> None:
    store(account, document(snapshot("a")), tombstone("b", version=2))
    account.indexer().rebuild()
    first = account.pointer.read()
    assert indexed(account) == {"a": 1}
    account.indexer().rebuild()
    assert account.pointer.read() != first
    assert indexed(account) == {"a": 1}


def test_a_new_schema_replaces_the_index_and_retires_the_old_one(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.indexer().bring_up_to_date(store(account, document(snapshot("a"))))
    old = account.pointer.read()
    monkeypatch.setattr(search.schema, "SCHEMA_VERSION", NEXT)
    account.indexer().bring_up_to_date(store(account, document(snapshot("b"))))
    assert indexed(account) == {"a": 1, "b": 1}
    current = account.pointer.read()
    assert current is not None
    generation = account.local().describe(current)
    assert generation.number == 2
    assert old in generation.retired


def test_the_index_of_an_older_schema_is_answered_from_until_it_is_made_again(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.indexer().bring_up_to_date(store(account, document(snapshot("a"))))
    old = account.pointer.read()
    assert account.indexer().is_of_this_schema()
    monkeypatch.setattr(search.schema, "SCHEMA_VERSION", NEXT)
    assert indexed(account) == {"a": 1}
    assert not account.indexer().is_of_this_schema()
    # Nothing has changed, and yet it is made again.
    account.indexer().bring_up_to_date(["a"])
    assert account.indexer().is_of_this_schema()
    assert account.pointer.read() != old
    assert indexed(account) == {"a": 1}


def test_one_that_cannot_be_answered_from_is_not(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    account.indexer().bring_up_to_date(store(account, document(snapshot("a"))))
    monkeypatch.setattr(search.schema, "SCHEMA_VERSION", NEXT)
    monkeypatch.setattr(search.schema, "OLDEST_READABLE", NEXT)
    with pytest.raises(IndexUnavailableError):
        indexed(account)
    account.indexer().bring_up_to_date(["a"])
    assert indexed(account) == {"a": 1}


@pytest.mark.parametrize("oldest_reader", [search.schema.SCHEMA_VERSION, NEXT])
def test_older_code_answers_from_a_newer_index_if_it_can_and_never_replaces_it(
    account: Account, monkeypatch: pytest.MonkeyPatch, oldest_reader: int
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(search.schema, "SCHEMA_VERSION", NEXT)
        newer.setattr(search.schema, "OLDEST_READER", oldest_reader)
        account.indexer().bring_up_to_date(store(account, document(snapshot("a"))))
    current = account.pointer.read()
    if oldest_reader < NEXT:
        assert indexed(account) == {"a": 1}
        with pytest.raises(NewerSchemaError):
            account.indexer().bring_up_to_date(store(account, document(snapshot("b"))))
    else:
        with pytest.raises(IndexUnavailableError):
            indexed(account)
    assert account.pointer.read() == current
    # Whoever goes back to older code for good says so.
    account.indexer().rebuild()
    assert account.indexer().is_of_this_schema()
    assert "a" in indexed(account)


def test_bundles_out_of_use_are_deleted_after_the_grace_period_only(account: Account) -> None:
    now = 1_000_000.0
    indexer = account.indexer(clock=lambda: now)
    for version in range(1, 12):
        indexer.bring_up_to_date(store(account, document(snapshot("a", version=version))))
    assert len(account.bundles()) == 11
    now += GRACE_SECONDS
    indexer.bring_up_to_date(store(account, document(snapshot("a", version=12))))
    assert len(account.bundles()) == 12
    now += GRACE_SECONDS
    indexer.bring_up_to_date(store(account, document(snapshot("a", version=13))))
    current = account.pointer.read()
    assert current is not None
    generation = account.local().describe(current)
    assert account.bundles() == generation.bundles | generation.retired.keys()
    assert len(account.bundles()) < 12
    assert indexed(account) == {"a": 13}


def test_notes_on_retired_bundles() -> None:
    base = search.generation.Generation(
        name="g2", number=2, meta="", files={"x": "g1", "y": "g2"}, retired={"old": 100, "older": 50}
    )
    now = 50 + GRACE_SECONDS + 1
    assert expired(base.retired, now=now) == ["older"]
    notes = retirements(base, used={"g1", "g3"}, uploaded={"lost", "old"}, now=now)
    assert notes == {"old": 100, "g2": now, "lost": now}
    many = {f"b{number:03d}": 0 for number in range(100)}
    kept = retirements(dataclasses.replace(base, retired=many), used={"g1", "g2"}, uploaded=(), now=now)
    assert set(many) - set(kept) == set(expired(many, now=now))
    assert len(kept) == 75


def test_the_disk_holds_a_few_generations_only(account: Account) -> None:
    local = account.local(capacity=2)
    indexer = account.indexer(local=local)
    for version in range(1, 8):
        indexer.bring_up_to_date(store(account, document(snapshot("a", version=version))))
    directory = next(path for path in account.directory.iterdir() if any(path.iterdir()))
    assert len(list(directory.iterdir())) == 2
