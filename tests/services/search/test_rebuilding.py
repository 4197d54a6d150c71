"""The index made again from the catalog's export, by workers that die, come twice and meet each other."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import pytest

from contracts.search_events import IndexRebuildDue
from search import environment, rebuild_work, rebuilding, rebuilds
from search.catalog_export import CatalogExport, Export
from search.category_tree import Branch
from search.rebuild import Rebuild
from search.rebuild_repository import RebuildRepository
from search.rebuilding import Rebuilding
from tests.services.delivery import deliver
from tests.services.http_client import Answer, Client, HttpHandler
from tests.services.search.catalog_server import CatalogServer
from tests.services.search.conftest import Account
from tests.services.search.products import EPOCH, document, snapshot, tombstone
from tests.services.search.test_indexer import indexed, store
from tests.services.search.test_interruptions import Died, Life, MortalBucket, MortalPointer, MortalProjection

_handler = cast(HttpHandler, rebuilds.handler)
CLIENT = Client(handlers={"GET": _handler, "PUT": _handler})


@pytest.fixture
def catalog(service: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[CatalogServer]:
    """The catalog, before a service with an account of its own."""
    assert service
    with CatalogServer().running() as server:
        monkeypatch.setenv("API_URL", server.url)
        monkeypatch.setattr(rebuilding, "POLL_AFTER_SECONDS", 0.01)
        yield server


def call(method: str, id: str) -> Answer:
    return CLIENT.call(method, f"/v1/search/rebuilds/{id}", route=f"{method} /v1/search/rebuilds/{{id}}")


def ask(id: str = "again") -> Answer:
    return call("PUT", id)


def state(id: str = "again") -> dict[str, Any]:
    return cast("dict[str, Any]", call("GET", id).json)


def due(account: Account) -> list[IndexRebuildDue]:
    """Every turn of work that was ever called for, in order."""
    items = [item for item in account.client.sync_scan(account.table_name) if item["sk"] == "EVENT"]
    messages = [json.loads(str(item["outbox_event"])) for item in items]
    events = [IndexRebuildDue.model_validate_json(json.dumps(message["detail"])) for message in messages]
    return sorted(events, key=lambda event: (event.data.run, event.data.rebuild_id))


def work(account: Account) -> None:
    """Do all turns, one after the other."""
    done: set[str] = set()
    while events := [event for event in due(account) if event.metadata.event_id not in done]:
        assert deliver(rebuild_work.handler, *events) == []
        done.update(event.metadata.event_id for event in events)


def test_the_tree_is_what_the_catalog_has_and_what_was_heard_since(service: Account, catalog: CatalogServer) -> None:
    lost, since = Branch(version=3, name="Lost"), Branch(version=8, name="Since", parent="kitchen")
    environment.categories().change([("lost", lost), ("since", since)])
    kitchen = {"id": "kitchen", "name": "Kitchen", "position": 0, "children": []}
    home = {"id": "home", "name": "Home", "position": 0, "children": [kitchen]}
    catalog.tree = {"items": [home], "next": None, "tree_version": 7}
    ask()
    work(service)
    assert state()["status"] == "completed"
    tree = environment.categories().seen()
    assert (tree.path("since"), tree.name("kitchen"), tree.name("lost")) == (["home", "kitchen"], "Kitchen", None)


def test_an_index_is_made_of_what_the_catalog_has(service: Account, catalog: CatalogServer) -> None:
    catalog.products = [snapshot(f"p{number}") for number in range(70)]
    begun = ask()
    assert (begun.status, begun.json["status"], begun.headers["Retry-After"]) == (202, "queued", "2")
    work(service)
    assert indexed(service) == {f"p{number}": 1 for number in range(70)}
    ended = state()
    assert (ended["status"], ended["lines"], ended["corrected"], ended["withdrawn"]) == ("completed", 70, 70, 0)
    # Asked for again, it is the same one.
    generation = service.pointer.read()
    again = ask()
    work(service)
    assert (again.status, again.json) == (200, ended)
    assert "Retry-After" not in again.headers
    assert service.pointer.read() == generation


def test_what_search_knew_wrong_is_put_right_and_what_it_knew_better_stays(
    service: Account, catalog: CatalogServer
) -> None:
    long_ago = catalog.started_at - timedelta(days=1)
    store(
        service,
        document(snapshot("right", version=3)),
        document(snapshot("older", version=1)),
        document(snapshot("newer", version=9)),
        document(snapshot("same-version", version=2, name="Damaged")),
        document(snapshot("gone", version=4)),
        document(snapshot("just-written").model_copy(update={"updated_at": catalog.started_at})),
        tombstone("withdrawn-later", version=6),
        tombstone("came-back", version=2),
    )
    catalog.products = [
        snapshot("right", version=3),
        snapshot("older", version=2).model_copy(update={"updated_at": long_ago}),
        snapshot("newer", version=8),
        snapshot("same-version", version=2, name="Whole"),
        snapshot("withdrawn-later", version=5),
        snapshot("came-back", version=3),
        snapshot("never-heard-of"),
    ]
    ask()
    work(service)
    assert indexed(service) == {
        "right": 3,
        "older": 2,
        "newer": 9,
        "same-version": 2,
        "just-written": 1,
        "came-back": 3,
        "never-heard-of": 1,
    }
    (same,) = service.projection.read(["same-version"])
    assert "Whole" in str(same.product)
    assert (state()["corrected"], state()["withdrawn"]) == (4, 1)


def test_what_was_withdrawn_by_mistake_comes_back_by_the_next_event_or_rebuild(
    service: Account, catalog: CatalogServer
) -> None:
    store(service, document(snapshot("a", version=4)), document(snapshot("b", version=4)))
    ask("first")
    work(service)
    assert indexed(service) == {}
    service.indexer().bring_up_to_date(store(service, document(snapshot("a", version=5))))
    assert indexed(service) == {"a": 5}
    catalog.products = [snapshot("a", version=5), snapshot("b", version=4)]
    ask("second")
    work(service)
    assert indexed(service) == {"a": 5, "b": 4}


def test_a_long_rebuild_takes_many_turns(
    service: Account, catalog: CatalogServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild_work, "TURN_SECONDS", 0.0)
    monkeypatch.setattr(rebuilding, "_SECONDS_A_STEP", 0.0)
    catalog.products = [snapshot(f"p{number}") for number in range(250)]
    ask()
    work(service)
    assert (state()["status"], state()["lines"], state()["corrected"]) == ("completed", 250, 250)
    assert len(indexed(service)) == 250
    # Each turn once: the export, three loads of a hundred lines at most and one that finds no more, the rest.
    assert [event.data.run for event in due(service)] == list(range(1, 9))
    assert set(catalog.asked) == {Rebuild(id="again", requested_at=0).export_id}


def test_the_export_is_waited_for(service: Account, catalog: CatalogServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild_work, "TURN_SECONDS", 0.2)
    catalog.status = "running"
    ask()
    assert deliver(rebuild_work.handler, *due(service)) == []
    assert (state()["status"], state()["stage"]) == ("running", "export")
    assert len(catalog.asked) > 2
    catalog.status = "completed"
    work(service)
    assert state()["status"] == "completed"


def test_an_export_that_fails_or_takes_too_long_ends_it(
    service: Account, catalog: CatalogServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(service, document(snapshot("stays")))
    service.indexer().rebuild()
    catalog.status = "failed"
    ask("fails")
    work(service)
    assert (state("fails")["status"], state("fails")["problem"]) == (
        "failed",
        "the catalog could not export its products",
    )
    catalog.status = "queued"
    ask("waits")
    monkeypatch.setattr(rebuilding, "LONGEST_EXPORT_SECONDS", -1)
    work(service)
    assert state("waits")["problem"] == "the catalog's export took too long"
    assert indexed(service) == {"stays": 1}


def test_lines_that_nobody_can_read_change_nothing(service: Account, catalog: CatalogServer) -> None:
    store(service, document(snapshot("odd")))
    catalog.further_lines = ['{"id": "odd", "version": "x"}']
    catalog.products = [snapshot("a")]
    ask()
    work(service)
    assert indexed(service) == {"a": 1, "odd": 1}
    assert (state()["unreadable"], state()["lines"]) == (1, 2)


def test_a_line_that_names_no_product_withdraws_nothing(service: Account, catalog: CatalogServer) -> None:
    store(service, document(snapshot("stays")))
    catalog.further_lines = ["[]"]
    ask()
    work(service)
    assert (state()["status"], state()["withdrawn"]) == ("failed", 0)
    (stays,) = service.projection.read(["stays"])
    assert stays.is_published


def test_a_download_that_breaks_off_is_made_again(service: Account, catalog: CatalogServer) -> None:
    store(service, document(snapshot("p69")))
    catalog.products = [snapshot(f"p{number}") for number in range(70)]
    catalog.cut = 10
    ask()
    assert deliver(rebuild_work.handler, *due(service)) == ["m0"]
    assert state()["status"] == "running"
    catalog.cut = 0
    work(service)
    assert len(indexed(service)) == 70


def test_a_turn_that_comes_twice_or_late_does_nothing(
    service: Account, catalog: CatalogServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild_work, "TURN_SECONDS", 0.0)
    catalog.products = [snapshot("a")]
    ask()
    (first,) = due(service)
    assert deliver(rebuild_work.handler, first, first) == []
    assert [event.data.run for event in due(service)] == [1, 2]
    work(service)
    ended, generation = state(), service.pointer.read()
    assert deliver(rebuild_work.handler, *due(service)) == []
    assert (state(), service.pointer.read()) == (ended, generation)


def test_two_workers_on_one_rebuild(service: Account, catalog: CatalogServer) -> None:
    catalog.products = [snapshot(f"p{number}") for number in range(40)]
    ask()
    (turn,) = due(service)
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda _: deliver(rebuild_work.handler, turn), range(2)))
    # The one that was overtaken is to come again, in case the other dies.
    assert [] in outcomes
    work(service)
    assert state()["status"] == "completed"
    assert len(indexed(service)) == 40


def test_two_rebuilds_at_once_end_with_one_index(service: Account, catalog: CatalogServer) -> None:
    catalog.products = [snapshot(f"p{number}") for number in range(40)]
    ask("one")
    ask("other")
    both = threading.Barrier(2)

    def worker(turn: IndexRebuildDue) -> list[str]:
        both.wait()
        return deliver(rebuild_work.handler, turn)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(worker, due(service))) == [[], []]
    assert [state(each)["status"] for each in ("one", "other")] == ["completed", "completed"]
    assert indexed(service) == {f"p{number}": 1 for number in range(40)}


def test_asked_for_twenty_times_at_once_it_is_one(service: Account, catalog: CatalogServer) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(), range(20)))
    assert {answer.status for answer in answers} == {202}
    assert len({json.dumps(answer.json) for answer in answers}) == 1
    assert len(due(service)) == 1
    assert catalog.asked == []


class MortalRebuilds(RebuildRepository):
    life: Life

    def advance(self, rebuild: Rebuild, following: Rebuild) -> Rebuild:
        with self.life.call():
            return super().advance(rebuild, following)

    def hand_over(self, rebuild: Rebuild, *, correlation_id: str) -> None:
        with self.life.call():
            super().hand_over(rebuild, correlation_id=correlation_id)


class MortalExport(CatalogExport):
    life: Life

    def ask(self, id: str, *, correlation_id: str) -> Export:
        with self.life.call():
            return super().ask(id, correlation_id=correlation_id)

    @contextmanager
    def lines(self, url: str) -> Iterator[Iterator[str]]:
        with self.life.call(), super().lines(url) as lines:
            yield lines


def mortal(account: Account, *, moments: int) -> Rebuilding:
    life = Life(moments)
    bucket = MortalBucket(account.bucket_name, client=account.s3)
    pointer, repository = MortalPointer(account.table), MortalRebuilds(account.table)
    projection, export = MortalProjection(account.table, client=account.client), MortalExport()
    bucket.life = pointer.life = repository.life = projection.life = export.life = life
    indexer = account.indexer(bucket=bucket, pointer=pointer, projection=projection)
    categories = environment.categories()
    return Rebuilding(rebuilds=repository, export=export, projection=projection, categories=categories, indexer=indexer)


def test_a_death_at_any_moment_is_made_up_for_by_the_next_delivery(
    service: Account, catalog: CatalogServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.products = [snapshot(f"p{number}") for number in range(3)]
    moments = 0
    while True:
        name = f"rebuild-{moments}"
        # Each time there is something to put right.
        store(service, document(snapshot(f"gone{moments}", age_in_days=1)))
        catalog.products[0] = snapshot("p0", version=moments + 2)
        ask(name)
        turn = next(event for event in due(service) if event.data.rebuild_id == name)
        with monkeypatch.context() as life:
            worker = mortal(service, moments=moments)
            life.setattr(environment, "rebuilding", lambda worker=worker: worker)
            try:
                deliver(rebuild_work.handler, turn)
                died = False
            except Died:
                died = True
        if died:
            assert deliver(rebuild_work.handler, turn) == []
        assert state(name)["status"] == "completed"
        assert indexed(service) == {"p0": moments + 2, "p1": 1, "p2": 1}
        if not died:
            break
        moments += 1
    # Four checkpoints and four questions to the catalog, two downloads, the pointer, a bundle: each before and after.
    assert moments >= 20


@pytest.mark.usefixtures("catalog")
def test_what_is_no_id_and_what_is_not_there() -> None:
    assert ask("-x").status == 422
    assert call("GET", "never").status == 404
    assert call("GET", "x" * 100).status == 404


def test_the_start_of_an_export_is_kept_for_what_was_written_since(service: Account, catalog: CatalogServer) -> None:
    catalog.products = []
    just_before = catalog.started_at - timedelta(seconds=rebuilding.UNSEEN_SECONDS - 1)
    before = catalog.started_at - timedelta(seconds=rebuilding.UNSEEN_SECONDS + 1)
    assert before > EPOCH
    store(
        service,
        document(snapshot("unseen").model_copy(update={"updated_at": just_before})),
        document(snapshot("gone").model_copy(update={"updated_at": before})),
    )
    ask()
    work(service)
    assert indexed(service) == {"unseen": 1}
