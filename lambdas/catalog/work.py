"""Goes on with exports and imports, for some time; then the next turn of work does."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from functools import cache

from catalog.export_work import ExportWork
from catalog.files import Files
from catalog.import_work import ImportWork
from catalog.job import Job, Kind
from catalog.job_repository import JobRepository
from contracts.catalog_job_events import CatalogJobDue
from edge.event_application import EventApplication, Taken
from store.table import Table

TURN_SECONDS = float(os.environ.get("TURN_SECONDS", "40"))
"""After this no further step begins. A step takes seconds, and the function may run for 90; one that may run for less
takes shorter turns."""

handler = EventApplication()


@cache
def catalog_table() -> Table:
    """Give the catalog's table, opened once a process."""
    return Table()


@cache
def files() -> Files:
    """Give the bucket of exports and imports, opened once a process."""
    return Files()


@handler.on(CatalogJobDue)
def go_on(event: CatalogJobDue) -> Taken:
    """Go on with a job.

    Delivered again after a worker died, it goes on from the last checkpoint. Of two workers on one job the one whose
    checkpoint comes second fails, and its message comes again: should the first one die, there is somebody who finds
    what is left.
    """
    due = event.data
    about = {"job": due.kind, "job_id": due.job_id, "run": due.run}
    jobs = JobRepository(catalog_table())
    job = jobs.find(due.kind, due.job_id)
    if job is None or job.is_finished or job.run != due.run:
        return {**about, "outcome": "nothing to do"}
    step = _steps(jobs, correlation_id=event.metadata.correlation_id)[due.kind]
    end = time.monotonic() + TURN_SECONDS
    job = step(job)
    while not job.is_finished and time.monotonic() < end:
        job = step(job)
    if not job.is_finished:
        job = jobs.advance(job, job.handed_over(), correlation_id=event.metadata.correlation_id)
    return {**about, "outcome": job.status, "version": job.version}


def _steps(jobs: JobRepository, *, correlation_id: str) -> Mapping[Kind, Callable[[Job], Job]]:
    export = ExportWork(jobs, files()).step
    return {
        "export": export,
        "service-export": export,
        "import": ImportWork(jobs, files(), correlation_id=correlation_id).step,
    }
