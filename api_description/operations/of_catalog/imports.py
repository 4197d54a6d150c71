"""The catalog's operations on imports of whole files."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api_description.operation import Answer, Operation, Parameter
from api_description.operations.of_catalog.exports import BULK, FileDownload
from api_description.problem_kinds import ProblemKind, conflict, not_found
from api_description.problem_model import Problem
from catalog.import_routes import MAXIMUM_FILE_BYTES
from contracts.model import Contract, Identifier

Count = Annotated[int, Field(ge=0)]


class FileUpload(Contract):
    """Where to send a file.

    Attributes:
        method: that the address takes.
        url: it needs no token: whoever has it can send the file.
        expires_at: when the address ends; ask again for another one.
    """

    method: Literal["PUT"]
    url: str
    expires_at: AwareDatetime


class FileBytes(Contract):
    """How much of a file was read.

    Attributes:
        read: so far.
        total: the file's size, once the import was started.
    """

    read: Count
    total: Count


class FileRows(Contract):
    """What became of the rows so far.

    Attributes:
        read: how many there were; blank lines are none.
        created: new products.
        updated: products that were changed.
        unchanged: products that were there already, as they are.
        rejected: rows that are no product, or claim another's SKU.
    """

    read: Count
    created: Count
    updated: Count
    unchanged: Count
    rejected: Count


class ProductImport(Contract):
    """How far an import is.

    Attributes:
        id: which.
        status: ``awaiting_upload`` until it is started; ``completed`` and ``failed`` are final.
        requested_at: when it was asked for.
        started_at: when work began.
        finished_at: when it ended.
        expires_at: when it, its file and its report are forgotten.
        upload: where to send the file, until it is started.
        bytes: how much of the file was read.
        rows: what became of its rows.
        report: when it is complete, gzip of a JSON object a row: ``row``, ``id``, ``outcome`` and ``errors``, as the
            rows of ``POST /v1/products/import``.
        problem: why it failed.
    """

    id: Identifier
    status: Literal["awaiting_upload", "queued", "running", "completed", "failed"]
    requested_at: AwareDatetime
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    expires_at: AwareDatetime
    upload: FileUpload | None
    bytes: FileBytes
    rows: FileRows
    report: FileDownload | None
    problem: Problem | None


IMPORT_ID = "7d1e8c3b5a6f4e0f9b2c1d0e3f4a5b6c"
WAITING: dict[str, object] = {
    "id": IMPORT_ID,
    "status": "awaiting_upload",
    "requested_at": "2026-11-23T16:05:12Z",
    "started_at": None,
    "finished_at": None,
    "expires_at": "2026-11-30T16:05:12Z",
    "upload": {
        "method": "PUT",
        "url": f"https://files.example.com/uploads/{IMPORT_ID}.ndjson?X-Amz-Expires=900",
        "expires_at": "2026-11-23T16:20:12Z",
    },
    "bytes": {"read": 0, "total": 0},
    "rows": {"read": 0, "created": 0, "updated": 0, "unchanged": 0, "rejected": 0},
    "report": None,
    "problem": None,
}
STARTED: dict[str, object] = WAITING | {
    "status": "queued",
    "upload": None,
    "bytes": {"read": 0, "total": 118_000_000},
}
COMPLETED: dict[str, object] = STARTED | {
    "status": "completed",
    "started_at": "2026-11-23T16:06:20Z",
    "finished_at": "2026-11-23T16:09:02Z",
    "bytes": {"read": 118_000_000, "total": 118_000_000},
    "rows": {"read": 100_000, "created": 99_990, "updated": 7, "unchanged": 1, "rejected": 2},
    "report": {
        "url": f"https://files.example.com/reports/{IMPORT_ID}.ndjson.gz?X-Amz-Expires=900",
        "expires_at": "2026-11-23T16:30:00Z",
    },
}
NO_IMPORT = not_found(f"there is no import '{IMPORT_ID}'; one is kept for 7 days")
PATH = (Parameter("id", Identifier, "The import.", example=IMPORT_ID),)

IMPORTS = [
    Operation(
        "POST /v1/catalog/imports",
        id="prepareProductImport",
        tag=BULK,
        summary="Make room for a file of products",
        description="Send the file to `upload`, NDJSON with a product a line as `PUT /v1/products/{id}` takes it, then "
        f"start the import. It may have {MAXIMUM_FILE_BYTES} bytes; a line has the limits of a product.",
        idempotency_key="optional",
        answers=[
            Answer(HTTPStatus.CREATED, "It waits for its file.", ProductImport, example=WAITING, headers=("Location",))
        ],
    ),
    Operation(
        "POST /v1/catalog/imports/{id}/start",
        id="startProductImport",
        tag=BULK,
        summary="Import the file that was sent",
        description="Ask after `Retry-After` seconds how far it is. One bad row stops no other. An import that was "
        "started goes on as it does.",
        path=PATH,
        answers=[
            Answer(HTTPStatus.ACCEPTED, "It has begun.", ProductImport, example=STARTED, headers=("Retry-After",))
        ],
        problems=[
            NO_IMPORT,
            conflict("nothing-uploaded", "send the file to the link of the import first"),
            ProblemKind(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "content-too-large",
                "the file has 2000000000 bytes; 1073741824 are allowed: send it in several imports",
            ),
        ],
    ),
    Operation(
        "GET /v1/catalog/imports/{id}",
        id="getProductImport",
        tag=BULK,
        summary="Ask how far an import is",
        path=PATH,
        answers=[Answer(HTTPStatus.OK, "How far it is.", ProductImport, example=COMPLETED, headers=("Retry-After",))],
        problems=[NO_IMPORT],
    ),
]
