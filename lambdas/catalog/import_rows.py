"""The rows of a bulk import, each readable or not by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.product import MAXIMUM_PRODUCT_BYTES, ProductInput
from edge import problem
from edge.json_text import UnreadableJsonError, parse_json
from edge.request import JSON, NDJSON, Request
from edge.validation import validate

MAXIMUM_ROWS = 500
MAXIMUM_IMPORT_BYTES = 4_500_000
"""Largest body: base64-encoded by API Gateway it must fit into the 6 MB that Lambda takes."""


@dataclass(frozen=True, kw_only=True)
class ImportRow:
    """One row.

    Attributes:
        number: position among the rows, from 1.
        product_id: the id that it names, None when it names none.
        product: the product, None when the row is faulty.
        errors: the row's faults.
    """

    number: int
    product_id: str | None = None
    product: ProductInput | None = None
    errors: tuple[problem.InputError, ...] = ()


def read_body(request: Request) -> str:
    """Give the body of an import.

    Raises:
        Problem: 413 or 415 as any body.
    """
    return request.text(allowed=(NDJSON, JSON), maximum_bytes=MAXIMUM_IMPORT_BYTES)


def read_rows(text: str, *, ndjson: bool) -> list[ImportRow]:
    """Read the rows of an import: NDJSON, a product a line, or a JSON list of products.

    Args:
        text: the body.
        ndjson: whether it is NDJSON, and not a JSON list.

    Raises:
        Problem: 400 when the list is no JSON, 422 when it is no list or has too many rows.
    """
    if ndjson:
        lines = [line for line in text.split("\n") if line.strip()]
        _require_count(len(lines))
        return [row_of_line(number, line) for number, line in enumerate(lines, start=1)]
    return list(_rows_of_list(text))


def _rows_of_list(text: str) -> Iterator[ImportRow]:
    try:
        documents = parse_json(text)
    except UnreadableJsonError as error:
        raise problem.bad_request(f"the body is not readable JSON: {error}", kind="unreadable-body") from error
    if not isinstance(documents, list):
        raise problem.invalid(problem.InputError(pointer="", detail="must be a list of products", code="list_type"))
    _require_count(len(documents))
    for number, document in enumerate(documents, start=1):
        size = len(json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode())
        yield _row(number, document, size=size)


def row_of_line(number: int, line: str) -> ImportRow:
    """Read a row that is a line of its own."""
    size = len(line.encode(errors="replace"))
    if size > MAXIMUM_PRODUCT_BYTES:
        return too_large_row(number, size)
    try:
        return _row(number, parse_json(line), size=size)
    except UnreadableJsonError as error:
        return faulty_row(number, "json_invalid", f"is not JSON: {error}")


def too_large_row(number: int, size: int) -> ImportRow:
    """Give the row of a line that is too long to be read."""
    return faulty_row(number, "too_large", f"has {size} bytes or more; {MAXIMUM_PRODUCT_BYTES} are allowed")


def faulty_row(number: int, code: str, detail: str) -> ImportRow:
    """Give a row of which nothing is known but that it is no product."""
    return _faulty(number, None, problem.InputError(pointer="", detail=detail, code=code))


def _row(number: int, document: object, *, size: int) -> ImportRow:
    given = document.get("id") if isinstance(document, dict) else None
    product_id = given[:64] if isinstance(given, str) else None
    if size > MAXIMUM_PRODUCT_BYTES:
        detail = f"has {size} bytes; {MAXIMUM_PRODUCT_BYTES} are allowed"
        return _faulty(number, product_id, problem.InputError(pointer="", detail=detail, code="too_large"))
    try:
        product = validate(ProductInput, document)
    except problem.Problem as fault:
        return _faulty(number, product_id, *fault.errors)
    return ImportRow(number=number, product_id=product.id, product=product)


def _faulty(number: int, product_id: str | None, *errors: problem.InputError) -> ImportRow:
    return ImportRow(number=number, product_id=product_id, errors=errors)


def _require_count(rows: int) -> None:
    if not 1 <= rows <= MAXIMUM_ROWS:
        detail = f"has {rows} rows; 1 to {MAXIMUM_ROWS} are allowed in one import"
        raise problem.invalid(problem.InputError(pointer="", detail=detail, code="row_count"))
