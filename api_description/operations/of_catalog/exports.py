"""The catalog's operations on exports."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api_description.operation import Answer, Body, Operation, Parameter, Tag
from api_description.problem_kinds import not_found
from catalog.job_input import ExportInput
from contracts.model import Contract, Identifier

BULK = Tag("Bulk", "All products at once, as files of lines: asked for, worked on for a while, fetched from a link.")


class FileDownload(Contract):
    """A file that is ready.

    Attributes:
        url: where whoever has this address can download it, without a token.
        expires_at: when the address ends; ask again for another one.
    """

    url: str
    expires_at: AwareDatetime


class ProductExport(Contract):
    """How far an export is.

    Attributes:
        id: which.
        status: ``completed`` and ``failed`` are final.
        requested_at: when it was asked for.
        started_at: when work began.
        finished_at: when it was complete.
        expires_at: when it and its file are forgotten.
        products: how many lines it has so far.
        download: the file, when it is complete: gzip of a product a line, as ``GET /v1/products/{id}`` gives it.
    """

    id: Identifier
    status: Literal["queued", "running", "completed", "failed"]
    requested_at: AwareDatetime
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    expires_at: AwareDatetime
    products: Annotated[int, Field(ge=0)]
    download: FileDownload | None


EXPORT_ID = "5f0c2a9f5b7c4f0f8a4be6f3f4f7a111"
QUEUED: dict[str, object] = {
    "id": EXPORT_ID,
    "status": "queued",
    "requested_at": "2026-11-23T16:05:12Z",
    "started_at": None,
    "finished_at": None,
    "expires_at": "2026-11-30T16:05:12Z",
    "products": 0,
    "download": None,
}
COMPLETED: dict[str, object] = QUEUED | {
    "status": "completed",
    "started_at": "2026-11-23T16:05:13Z",
    "finished_at": "2026-11-23T16:05:42Z",
    "products": 100_000,
    "download": {
        "url": "https://files.example.com/exports/export/5f0c2a9f5b7c4f0f8a4be6f3f4f7a111.ndjson.gz?X-Amz-Expires=900",
        "expires_at": "2026-11-23T16:21:00Z",
    },
}
CONSISTENCY = (
    "A product that keeps its status while the export runs is in it exactly once, as it was at one moment between "
    "`started_at` and `finished_at`. One that is created, published, withdrawn or deleted meanwhile is in it or not, "
    "and never twice; `version` tells which of two states of a product is the newer one."
)
NO_EXPORT = not_found(f"there is no export '{EXPORT_ID}'; one is kept for 7 days")
PATH = (Parameter("id", Identifier, "The export.", example=EXPORT_ID),)
POLLED = ("Retry-After",)

EXPORTS = [
    Operation(
        "POST /v1/catalog/exports",
        id="exportProducts",
        tag=BULK,
        summary="Export all products",
        description=f"Answers at once; ask `Location` after `Retry-After` seconds how far it is. {CONSISTENCY}",
        body=Body(ExportInput, example={"status": "published"}, required=False),
        idempotency_key="optional",
        answers=[
            Answer(
                HTTPStatus.ACCEPTED, "It has begun.", ProductExport, example=QUEUED, headers=("Location", "Retry-After")
            )
        ],
    ),
    Operation(
        "GET /v1/catalog/exports/{id}",
        id="getProductExport",
        tag=BULK,
        summary="Ask how far an export is",
        path=PATH,
        answers=[Answer(HTTPStatus.OK, "How far it is.", ProductExport, example=COMPLETED, headers=POLLED)],
        problems=[NO_EXPORT],
    ),
    Operation(
        "PUT /v1/catalog/service-exports/{id}",
        id="exportPublishedProducts",
        tag=BULK,
        summary="Export all published products for another service",
        description=f"Under an id that the caller chose: asked for again, it is the same export. {CONSISTENCY}",
        path=PATH,
        answers=[
            Answer(HTTPStatus.OK, "It has ended.", ProductExport, example=COMPLETED),
            Answer(HTTPStatus.ACCEPTED, "It has begun.", ProductExport, example=QUEUED, headers=POLLED),
        ],
    ),
    Operation(
        "GET /v1/catalog/service-exports/{id}",
        id="getServiceExport",
        tag=BULK,
        summary="Ask how far another service's export is",
        path=PATH,
        answers=[Answer(HTTPStatus.OK, "How far it is.", ProductExport, example=COMPLETED, headers=POLLED)],
        problems=[NO_EXPORT],
    ),
]
