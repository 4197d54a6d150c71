"""Exports, over HTTP: they are asked for, looked at, and downloaded from a link."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from uuid import uuid4

from aws_lambda_powertools.event_handler import Response

from catalog.export_work import ALL, ExportProgress
from catalog.files import LINK_SECONDS, Files
from catalog.job import POLL_AFTER_SECONDS, Job, Kind, time_text
from catalog.job_input import ExportInput
from catalog.job_repository import JobRepository
from catalog.record import ListedStatus
from edge import problem
from edge.application import HttpApplication
from edge.idempotency import earlier_answer, idempotency_key, kept_answer
from edge.identifier import is_identifier, require_identifier
from edge.request import Request
from edge.response import json_response
from edge.validation import validate
from store.contention import until_written
from store.table import Table

EXPORTS = "/v1/catalog/exports"
SERVICE_EXPORTS = "/v1/catalog/service-exports"

handler = HttpApplication()


@cache
def catalog_table() -> Table:
    """Give the catalog's table, opened once a process."""
    return Table()


@cache
def files() -> Files:
    """Give the bucket of exports and imports, opened once a process."""
    return Files()


@handler.post(EXPORTS)
def request_export(request: Request) -> Response[str]:
    """Ask for all products as a file: 202 with the Location of the export."""
    wanted = validate(ExportInput, request.json() if request.has_body else {})
    key = idempotency_key(request, owner=request.principal.client_id or "")
    statuses: Sequence[ListedStatus] = [wanted.status] if wanted.status else ALL

    def write(_attempt: int) -> Response[str]:
        if (earlier := earlier_answer(catalog_table(), key)) is not None:
            return earlier
        export = _new_export("export", uuid4().hex, statuses)
        answer = _accepted(export, f"{EXPORTS}/{export.id}")
        kept = kept_answer(key, answer)
        JobRepository(catalog_table()).add(export, correlation_id=request.correlation_id, alongside=kept)
        return answer

    return until_written(write, what="the export")


@handler.get(f"{EXPORTS}/<export_id>")
def read_export(_request: Request, export_id: str) -> Response[str]:
    """Answer with how far an export is, and where to download it from when it is complete."""
    return _answer(_find("export", export_id))


@handler.put(f"{SERVICE_EXPORTS}/<export_id>")
def request_service_export(request: Request, export_id: str) -> Response[str]:
    """Ask for all published products, for another service, under an id that it chose: 202, or 200 when it is done."""
    require_identifier(export_id, parameter="id")

    def write(_attempt: int) -> Response[str]:
        jobs = JobRepository(catalog_table())
        export = jobs.find("service-export", export_id)
        if export is None:
            export = _new_export("service-export", export_id, ["published"])
            jobs.add(export, correlation_id=request.correlation_id)
        return _answer(export, status=HTTPStatus.OK if export.is_finished else HTTPStatus.ACCEPTED)

    return until_written(write, what="the export")


@handler.get(f"{SERVICE_EXPORTS}/<export_id>")
def read_service_export(_request: Request, export_id: str) -> Response[str]:
    """Answer as ``read_export`` does."""
    return _answer(_find("service-export", export_id))


def _new_export(kind: Kind, id: str, statuses: Sequence[ListedStatus]) -> Job:
    progress = json.dumps(ExportProgress(statuses=statuses).document())
    return Job(kind=kind, id=id, requested_at=int(time.time()), progress=progress)


def _find(kind: Kind, id: str) -> Job:
    found = JobRepository(catalog_table()).find(kind, id) if is_identifier(id) else None
    if found is None:
        raise problem.not_found(f"there is no export {id[:64]!r}; one is kept for 7 days")
    return found


def _accepted(job: Job, location: str) -> Response[str]:
    headers = {"Location": location, "Retry-After": str(POLL_AFTER_SECONDS)}
    return json_response(_shown(job), status=HTTPStatus.ACCEPTED, headers=headers)


def _answer(job: Job, *, status: HTTPStatus = HTTPStatus.OK) -> Response[str]:
    headers = {} if job.is_finished else {"Retry-After": str(POLL_AFTER_SECONDS)}
    return json_response(_shown(job), status=status, headers=headers)


def _shown(export: Job) -> dict[str, object]:
    progress = ExportProgress.of(export)
    return {
        "id": export.id,
        "status": export.status,
        "requested_at": time_text(export.requested_at),
        "started_at": time_text(export.started_at),
        "finished_at": time_text(export.finished_at),
        "expires_at": time_text(export.expires_at),
        "products": progress.products,
        "download": _download(progress.joining.key),
    }


def _download(key: str | None) -> dict[str, object] | None:
    if key is None:
        return None
    return {"url": files().link(key), "expires_at": time_text(int(time.time()) + LINK_SECONDS)}
