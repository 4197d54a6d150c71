from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import export_routes, export_work, job_repository, work
from catalog.export_work import ExportWork
from catalog.files import Files
from catalog.job import KEPT, Job
from catalog.job_repository import JobRepository, OvertakenError
from catalog.record import SHARDS, shard_of
from store.table import Table
from tests.services.catalog.conftest import Bulk
from tests.services.catalog.killed import Death, lurking
from tests.services.delivery import deliver
from tests.services.http_client import Answer, Client, product

EXPORTS = "/v1/catalog/exports"
SERVICE_EXPORTS = "/v1/catalog/service-exports"


def written(catalog: Client, *bodies: dict[str, object]) -> None:
    for body in bodies:
        assert catalog.call("PUT", f"/v1/products/{body['id']}", body=body).status in (200, 201)


def exported(bulk: Bulk, **body: object) -> list[dict[str, object]]:
    """Ask for an export, do its work, and give its lines."""
    location = asked(bulk, **body).headers["Location"]
    bulk.work()
    done = bulk.call("GET", location)
    assert (done.status, done.json["status"]) == (200, "completed")
    lines = bulk.lines(done.json)
    assert done.json["products"] == len(lines)
    return lines


def asked(bulk: Bulk, **body: object) -> Answer:
    answer = bulk.call("POST", EXPORTS, body=body or None)
    assert answer.status == 202, answer.text
    return answer


def ids(lines: list[dict[str, object]]) -> list[str]:
    return sorted(str(line["id"]) for line in lines)


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few products be many pieces, pages and parts."""
    monkeypatch.setattr(export_work, "PIECE_BYTES", 600)
    monkeypatch.setattr(export_work, "_PAGE", 2)


def test_an_export_has_every_product_as_it_is_read(catalog: Client, bulk: Bulk) -> None:
    written(catalog, *(product(f"p{number}", name="Grün ☕") for number in range(30)))
    written(catalog, product("hidden", status="draft"), product("gone"))
    catalog.call("DELETE", "/v1/products/gone")
    lines = exported(bulk)
    assert ids(lines) == sorted([*(f"p{number}" for number in range(30)), "hidden"])
    assert catalog.call("GET", "/v1/products/p7").json in lines


@pytest.mark.parametrize(("status", "expected"), [("draft", ["hidden"]), ("published", ["shown"])])
def test_an_export_may_be_of_one_status(catalog: Client, bulk: Bulk, status: str, expected: list[str]) -> None:
    written(catalog, product("hidden", status="draft"), product("shown"))
    assert ids(exported(bulk, status=status)) == expected


def test_an_empty_catalog_gives_an_empty_file(bulk: Bulk) -> None:
    assert exported(bulk) == []


def test_an_export_says_how_far_it_is_and_when_to_ask_again(bulk: Bulk) -> None:
    begun = asked(bulk)
    assert begun.headers["Retry-After"] == "2"
    waiting = bulk.call("GET", begun.headers["Location"])
    assert (waiting.json["status"], waiting.json["download"], waiting.headers["Retry-After"]) == ("queued", None, "2")
    bulk.work()
    done = bulk.call("GET", begun.headers["Location"])
    assert "Retry-After" not in done.headers
    assert done.json["started_at"] is not None
    assert done.json["finished_at"] is not None


def test_the_same_key_begins_one_export(bulk: Bulk) -> None:
    first, second = (bulk.call("POST", EXPORTS, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert len(bulk.due()) == 1


@pytest.mark.parametrize("body", [{"status": "deleted"}, {"format": "csv"}, []])
def test_a_wish_that_is_none_is_refused(bulk: Bulk, body: object) -> None:
    answer = bulk.call("POST", EXPORTS, raw=json.dumps(body), headers={"content-type": "application/json"})
    assert answer.status == 422


def test_an_export_that_nobody_asked_for_is_not_found(bulk: Bulk) -> None:
    for path in (EXPORTS, SERVICE_EXPORTS):
        for export in ("none", "%00"):
            assert bulk.call("GET", f"{path}/{export}").status == 404


def test_only_who_may_write_the_catalog_exports_it(bulk: Bulk) -> None:
    bulk.client.token = None
    assert bulk.call("POST", EXPORTS).status == 401
    assert bulk.call("GET", f"{EXPORTS}/any").status == 401


def test_a_service_gets_published_products_under_an_id_of_its_own(catalog: Client, bulk: Bulk) -> None:
    written(catalog, product("hidden", status="draft"), product("shown"))
    for _ in range(2):
        assert bulk.call("PUT", f"{SERVICE_EXPORTS}/rebuild-1").status == 202
    assert len(bulk.due()) == 1
    bulk.work()
    done = bulk.call("GET", f"{SERVICE_EXPORTS}/rebuild-1")
    assert ids(bulk.lines(done.json)) == ["shown"]
    assert bulk.call("PUT", f"{SERVICE_EXPORTS}/rebuild-1").status == 200
    assert bulk.call("GET", f"{EXPORTS}/rebuild-1").status == 404
    assert bulk.call("PUT", f"{SERVICE_EXPORTS}/a b").status == 422


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
def test_an_export_that_dies_anywhere_goes_on_and_has_every_product_once(
    catalog: Client, bulk: Bulk, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    written(catalog, *(product(f"p{number}") for number in range(9)), product("draft", status="draft"))
    expected = [*(f"p{number}" for number in range(9)), "draft"]
    for number in range(1000):
        location = asked(bulk).headers["Location"]
        due = bulk.due()[-1]
        death = Death(at=number, after=after)
        with monkeypatch.context() as patch:
            lurking(patch, death)
            failed = deliver(work.handler, due)
            assert death.struck == (failed == ["m0"])
        if failed:
            assert deliver(work.handler, due) == []
        assert ids(bulk.lines(bulk.call("GET", location).json)) == sorted(expected)
        if not failed:
            assert number > 20, "so many calls there are at least"
            return
    raise AssertionError("it never came to its end")


@pytest.mark.usefixtures("small_pieces")
def test_turns_end_and_the_next_one_goes_on(catalog: Client, bulk: Bulk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "TURN_SECONDS", 0.0)
    written(catalog, *(product(f"p{number}") for number in range(9)))
    assert len(exported(bulk)) == 9
    assert len(bulk.due()) > 5
    assert [deliver(work.handler, due) for due in bulk.due()] == [[]] * len(bulk.due())


def test_of_two_workers_one_is_told_that_it_is_not_alone(table: Table, files: Files, bulk: Bulk) -> None:
    export = str(asked(bulk).json["id"])
    jobs = JobRepository(table)
    job = jobs.find("export", export)
    assert job is not None
    ExportWork(jobs, files).step(job)
    with pytest.raises(OvertakenError):
        ExportWork(jobs, files).step(job)


CHANGES = st.lists(
    st.lists(st.tuples(st.integers(0, 11), st.sampled_from(["draft", "published", "deleted"])), max_size=4), max_size=12
)


@given(changes=CHANGES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("small_pieces")
def test_whatever_changes_meanwhile_a_product_is_there_at_most_once_and_one_that_stays_exactly_once(
    catalog: Client, bulk: Bulk, table: Table, files: Files, changes: list[list[tuple[int, str]]]
) -> None:
    written(catalog, *(product(f"q{number}", status=("draft", "published")[number % 2]) for number in range(12)))
    export = asked(bulk)
    jobs = JobRepository(table)
    job = cast(Job, jobs.find("export", str(export.json["id"])))
    step, touched = ExportWork(jobs, files).step, set[str]()
    while not job.is_finished:
        for number, status in changes.pop() if changes else []:
            changed = f"q{number}"
            touched.add(changed)
            if status == "deleted":
                catalog.call("DELETE", f"/v1/products/{changed}")
            else:
                written(catalog, product(changed, status=status))
        job = step(job)
    found = ids(bulk.lines(bulk.call("GET", export.headers["Location"]).json))
    assert sorted(set(found)) == found
    assert {f"q{number}" for number in range(12)} - touched <= set(found)


def test_shards_share_the_products() -> None:
    shards = [shard_of(f"product-{number}") for number in range(4000)]
    assert all(800 < shards.count(shard) < 1200 for shard in range(SHARDS))


def test_an_id_may_be_used_again_when_its_export_is_forgotten(
    catalog: Client, bulk: Bulk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_work, "PIECE_BYTES", 1)
    monkeypatch.setattr(export_work, "_PAGE", 1)
    written(catalog, product("a"), product("b"))
    with monkeypatch.context() as patch:
        patch.setattr(export_routes, "time", SimpleNamespace(time=lambda: time.time() - KEPT.total_seconds() - 1))
        assert bulk.call("PUT", f"{SERVICE_EXPORTS}/rebuild").status == 202
    old = bulk.due()[0]
    with monkeypatch.context() as patch:
        patch.setattr(job_repository, "time", SimpleNamespace(time=lambda: time.time() - KEPT.total_seconds() - 1))
        assert deliver(work.handler, old) == []
    assert bulk.call("GET", f"{SERVICE_EXPORTS}/rebuild").status == 404
    catalog.call("DELETE", "/v1/products/b")
    assert bulk.call("PUT", f"{SERVICE_EXPORTS}/rebuild").status == 202
    bulk.work()
    assert ids(bulk.lines(bulk.call("GET", f"{SERVICE_EXPORTS}/rebuild").json)) == ["a"]
