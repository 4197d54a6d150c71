"""Imports of whole files, over HTTP: asked for, sent to a link, started, looked at."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from uuid import uuid4

from aws_lambda_powertools.event_handler import Response

from catalog.files import MissingFileError
from catalog.import_work import ImportProgress, upload_key
from catalog.job import Job
from catalog.job_application import application, catalog_table, files, find_job, job_answer, link_document
from catalog.job_repository import JobRepository
from edge import problem
from edge.idempotency import earlier_answer, idempotency_key, kept_answer
from edge.identifier import require_identifier
from edge.request import Request
from edge.response import no_content
from store.contention import until_written

IMPORTS = "/v1/catalog/imports"
MAXIMUM_FILE_BYTES = 1024**3
"""Largest file: some million products."""


@application.post(IMPORTS)
def request_import(request: Request) -> Response[str]:
    """Make room for a file: 201 with the Location of the import and the link to send the file to."""
    key = idempotency_key(request, owner=request.principal.client_id or "")

    def write(_attempt: int) -> Response[str]:
        if (earlier := earlier_answer(catalog_table(), key)) is not None:
            # Its link may have ended meanwhile.
            location = dict(earlier.headers)["Location"]
            again = find_job("import", str(location).rpartition("/")[2])
            return _answer(again, status=HTTPStatus.CREATED, location=str(location))
        progress = json.dumps(ImportProgress().document())
        job = Job(
            kind="import", id=uuid4().hex, status="awaiting_upload", requested_at=int(time.time()), progress=progress
        )
        location = f"{IMPORTS}/{job.id}"
        kept = kept_answer(key, no_content(headers={"Location": location}))
        JobRepository(catalog_table()).add(job, correlation_id=None, alongside=kept)
        return _answer(job, status=HTTPStatus.CREATED, location=location)

    return until_written(write, what="the import")


@application.post(f"{IMPORTS}/<import_id>/start")
def start_import(request: Request, import_id: str) -> Response[str]:
    """Let work begin on the file that was sent: 202. Started again, it goes on as it does."""
    require_identifier(import_id, parameter="id")

    def write(_attempt: int) -> Response[str]:
        job = find_job("import", import_id)
        if job.status == "awaiting_upload":
            size, tag = _sent_file(import_id)
            progress = ImportProgress(size=size, tag=tag)
            started = job.started(progress.document())
            job = JobRepository(catalog_table()).advance(job, started, correlation_id=request.correlation_id)
        return _answer(job, status=HTTPStatus.ACCEPTED)

    return until_written(write, what="the import")


@application.get(f"{IMPORTS}/<import_id>")
def read_import(_request: Request, import_id: str) -> Response[str]:
    """Answer with how far an import is, and where its report is when it is complete."""
    return _answer(find_job("import", import_id))


def _sent_file(import_id: str) -> tuple[int, str]:
    try:
        size, tag = files().look_at(upload_key(import_id))
    except MissingFileError as error:
        raise problem.conflict("send the file to the link of the import first", kind="nothing-uploaded") from error
    if size == 0:
        raise problem.conflict("the file that was sent is empty; send another one", kind="nothing-uploaded")
    if size > MAXIMUM_FILE_BYTES:
        detail = f"the file has {size} bytes; {MAXIMUM_FILE_BYTES} are allowed: send it in several imports"
        raise problem.Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "content-too-large", detail)
    return size, tag


def _answer(job: Job, *, status: HTTPStatus = HTTPStatus.OK, location: str | None = None) -> Response[str]:
    progress = ImportProgress.of(job)
    waits = job.status == "awaiting_upload"
    key = progress.joining.key
    document: dict[str, object] = {
        "upload": {"method": "PUT", **link_document(files().upload_link(upload_key(job.id)))} if waits else None,
        "bytes": {"read": progress.offset, "total": progress.size},
        "rows": {
            "read": progress.rows,
            "created": progress.created,
            "updated": progress.updated,
            "unchanged": progress.unchanged,
            "rejected": progress.rejected,
        },
        "report": link_document(files().link(key)) if key else None,
        "problem": json.loads(job.problem) if job.problem else None,
    }
    return job_answer(job, document, status=status, location=location)
