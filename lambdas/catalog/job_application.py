"""The application that the routes of exports and imports belong to, and what they have in common."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from catalog.files import LINK_SECONDS, Files
from catalog.job import KEPT, POLL_AFTER_SECONDS, Job, Kind, time_text
from catalog.job_repository import JobRepository
from edge import problem
from edge.application import HttpApplication
from edge.identifier import is_identifier
from edge.response import json_response
from store.table import Table

application = HttpApplication()


@cache
def catalog_table() -> Table:
    """Give the catalog's table, opened once a process."""
    return Table()


@cache
def files() -> Files:
    """Give the bucket of exports and imports, opened once a process."""
    return Files()


def find_job(kind: Kind, id: str) -> Job:
    """Give a job.

    Raises:
        Problem: 404 when there is none.
    """
    found = JobRepository(catalog_table()).find(kind, id) if is_identifier(id) else None
    if found is None:
        what = kind.rpartition("-")[2]
        raise problem.not_found(f"there is no {what} {id[:64]!r}; one is kept for {KEPT.days} days")
    return found


def job_answer(
    job: Job, document: Mapping[str, object], *, status: HTTPStatus = HTTPStatus.OK, location: str | None = None
) -> Response[str]:
    """Give the answer that says how far a job is, and when to ask again if work goes on.

    Args:
        job: the job.
        document: what its kind has to say.
        status: HTTP status.
        location: its address, if it is new.
    """
    headers = {"Location": location} if location else {}
    if job.status in ("queued", "running"):
        headers["Retry-After"] = str(POLL_AFTER_SECONDS)
    times = {
        "requested_at": time_text(job.requested_at),
        "started_at": time_text(job.started_at),
        "finished_at": time_text(job.finished_at),
        "expires_at": time_text(job.expires_at),
    }
    return json_response({"id": job.id, "status": job.status, **times, **document}, status=status, headers=headers)


def link_document(url: str) -> dict[str, object]:
    """Give what is said of a link that was just made."""
    return {"url": url, "expires_at": time_text(int(time.time()) + LINK_SECONDS)}
