"""A whole catalog through the service's own code: step by step, each row once."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator

import httpx

from catalog.export_work import ExportProgress, ExportWork
from catalog.files import Files
from catalog.import_work import ImportProgress, ImportWork, upload_key
from catalog.job import Job
from catalog.job_repository import JobRepository
from store.table import Table
from tests.services.http_client import product

ROWS = 100_000
EXPORTED = 10_000
"""Fewer: the emulator looks at a whole partition for each page of it, which DynamoDB does not."""

LONGEST_STEP_SECONDS = 50
"""What a function's 90 s leave of a turn in which the last step began after 40."""


def rows(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield json.dumps(product(f"p{number}", description="Sturdy. " * 20, brand=f"Brand {number % 50}")).encode()


def finished(step: Callable[[Job], Job], job: Job) -> Job:
    """Do all steps of a job, none of which takes long."""
    while not job.is_finished:
        began = time.monotonic()
        job = step(job)
        assert time.monotonic() - began < LONGEST_STEP_SECONDS
    assert job.status == "completed"
    return job


def lines(files: Files, key: str | None) -> list[dict[str, object]]:
    assert key is not None
    return [json.loads(line) for line in gzip.decompress(httpx.get(files.link(key)).content).splitlines()]


def imported(jobs: JobRepository, files: Files, count: int) -> ImportProgress:
    files.put(upload_key("all"), b"\n".join(rows(count)))
    size, tag = files.look_at(upload_key("all"))
    begun = json.dumps(ImportProgress(size=size, tag=tag).document())
    job = Job(kind="import", id="all", requested_at=int(time.time()), progress=begun)
    jobs.add(job, correlation_id=None)
    done = ImportProgress.of(finished(ImportWork(jobs, files, correlation_id="c").step, job))
    assert (done.rows, done.created, done.offset) == (count, count, size)
    return done


def test_a_hundred_thousand_rows_are_imported(table: Table, files: Files) -> None:
    done = imported(JobRepository(table), files, ROWS)

    report = lines(files, done.joining.key)
    assert [line["row"] for line in report] == list(range(1, ROWS + 1))
    assert all(line["outcome"] == "created" for line in report)
    for number in (0, ROWS // 2, ROWS - 1):
        item = table.get(f"PRODUCT#p{number}", "PRODUCT")
        assert item is not None
        assert item["version"] == 1


def test_what_many_pieces_hold_is_exported_as_one_file(table: Table, files: Files) -> None:
    jobs = JobRepository(table)
    imported(jobs, files, EXPORTED)

    begun = json.dumps(ExportProgress().document())
    job = Job(kind="export", id="all", requested_at=int(time.time()), progress=begun)
    jobs.add(job, correlation_id=None)
    export = ExportProgress.of(finished(ExportWork(jobs, files).step, job))

    products = {str(line["id"]): line["version"] for line in lines(files, export.joining.key)}
    assert export.joining.pieces > 1
    assert export.products == len(products) == EXPORTED
    assert set(products.values()) == {1}
