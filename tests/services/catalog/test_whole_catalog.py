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

ROWS = 5_000
"""Several chunks, and several pieces of an export; `make bench ONLY=import` takes 100,000 and the time."""


def rows(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield json.dumps(product(f"p{number}", description="Sturdy. " * 150, brand=f"Brand {number % 50}")).encode()


def finished(step: Callable[[Job], Job], job: Job) -> Job:
    """Do all steps of a job."""
    steps = 0
    while not job.is_finished:
        job = step(job)
        steps += 1
    assert steps > 1
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


def test_a_file_of_several_chunks_is_imported_and_exported_as_one_file(table: Table, files: Files) -> None:
    jobs = JobRepository(table)
    done = imported(jobs, files, ROWS)

    report = lines(files, done.joining.key)
    assert [line["row"] for line in report] == list(range(1, ROWS + 1))
    assert all(line["outcome"] == "created" for line in report)

    begun = json.dumps(ExportProgress().document())
    job = Job(kind="export", id="all", requested_at=int(time.time()), progress=begun)
    jobs.add(job, correlation_id=None)
    export = ExportProgress.of(finished(ExportWork(jobs, files).step, job))

    products = {str(line["id"]): line["version"] for line in lines(files, export.joining.key)}
    assert export.joining.pieces > 1
    assert export.products == len(products) == ROWS
    assert set(products.values()) == {1}
