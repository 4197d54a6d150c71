"""Exports, over HTTP: they are asked for, looked at, and downloaded from a link."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from http import HTTPStatus
from uuid import uuid4

from aws_lambda_powertools.event_handler import Response

from catalog.export_work import ALL, ExportProgress
from catalog.job import Job, Kind
from catalog.job_application import application, catalog_table, files, find_job, job_answer, link_document
from catalog.job_input import ExportInput
from catalog.job_repository import JobRepository
from catalog.record import ListedStatus
from edge.idempotency import earlier_answer, idempotency_key, kept_answer
from edge.identifier import require_identifier
from edge.request import Request
from edge.validation import validate
from store.contention import until_written

EXPORTS = "/v1/catalog/exports"
SERVICE_EXPORTS = "/v1/catalog/service-exports"


@application.post(EXPORTS)
def request_export(request: Request) -> Response[str]:
    """Ask for all products as a file: 202 with the Location of the export."""
    wanted = validate(ExportInput, request.json() if request.has_body else {})
    key = idempotency_key(request, owner=request.principal.client_id or "")
    statuses: Sequence[ListedStatus] = [wanted.status] if wanted.status else ALL

    def write(_attempt: int) -> Response[str]:
        if (earlier := earlier_answer(catalog_table(), key)) is not None:
            return earlier
        export = _new_export("export", uuid4().hex, statuses)
        answer = _answer(export, status=HTTPStatus.ACCEPTED, location=f"{EXPORTS}/{export.id}")
        kept = kept_answer(key, answer)
        JobRepository(catalog_table()).add(export, correlation_id=request.correlation_id, alongside=kept)
        return answer

    return until_written(write, what="the export")


@application.get(f"{EXPORTS}/<export_id>")
def read_export(_request: Request, export_id: str) -> Response[str]:
    """Answer with how far an export is, and where to download it from when it is complete."""
    return _answer(find_job("export", export_id))


@application.put(f"{SERVICE_EXPORTS}/<export_id>")
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


@application.get(f"{SERVICE_EXPORTS}/<export_id>")
def read_service_export(_request: Request, export_id: str) -> Response[str]:
    """Answer as ``read_export`` does."""
    return _answer(find_job("service-export", export_id))


def _new_export(kind: Kind, id: str, statuses: Sequence[ListedStatus]) -> Job:
    progress = json.dumps(ExportProgress(statuses=statuses).document())
    return Job(kind=kind, id=id, requested_at=int(time.time()), progress=progress)


def _answer(export: Job, *, status: HTTPStatus = HTTPStatus.OK, location: str | None = None) -> Response[str]:
    progress = ExportProgress.of(export)
    key = progress.joining.key
    document = {"products": progress.products, "download": link_document(files().link(key)) if key else None}
    return job_answer(export, document, status=status, location=location)
