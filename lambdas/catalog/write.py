"""Merchants' writes to the catalog."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from catalog.bulk_import import import_products, report_document
from catalog.category_write import delete_category, put_category
from catalog.idempotency import once
from catalog.import_rows import read_body, read_rows
from catalog.product import MAXIMUM_PRODUCT_BYTES, ProductInput
from catalog.record import is_product_id
from catalog.repository import Precondition, ProductNotFoundError, ProductRepository
from catalog.sku_claims import SkuTakenError
from edge import problem
from edge.application import HttpApplication
from edge.entity_tag import require_preconditions, strong_tag
from edge.request import NDJSON, Request
from edge.response import json_response, json_text, no_content
from edge.validation import validate
from store.table import Table

handler = HttpApplication()


@cache
def catalog_table() -> Table:
    """Give the catalog's table, opened once a process."""
    return Table()


@handler.put("/v1/products/<product_id>")
def put_product(request: Request, product_id: str) -> Response[str]:
    """Create or replace a product: 201 with its Location, or 200. The same content again changes nothing."""
    product = validate(ProductInput, request.json(maximum_bytes=MAXIMUM_PRODUCT_BYTES))
    if product.id != product_id:
        detail = f"is {product.id!r}, but the address says {product_id[:64]!r}"
        raise problem.invalid(problem.InputError(pointer="/id", detail=detail, code="id_mismatch"))
    try:
        saved = _repository(request).save(product, precondition=_precondition(request))
    except SkuTakenError as error:
        raise problem.conflict(str(error), kind="sku-taken") from error
    headers = {"ETag": strong_tag(saved.version)}
    if saved.outcome == "created":
        headers["Location"] = f"/v1/products/{product.id}"
        return json_response(saved.document, status=HTTPStatus.CREATED, headers=headers)
    return json_response(saved.document, headers=headers)


@handler.delete("/v1/products/<product_id>")
def delete_product(request: Request, product_id: str) -> Response[str]:
    """Delete a product: 204; its SKUs are free for others."""
    try:
        if not is_product_id(product_id):
            raise ProductNotFoundError(product_id)
        _repository(request).delete(product_id, precondition=_precondition(request))
    except ProductNotFoundError as error:
        raise problem.not_found(f"there is no product {product_id[:64]!r}") from error
    return no_content()


@handler.put("/v1/categories/<category_id>")
def write_category(request: Request, category_id: str) -> Response[str]:
    """Create, rename or move a category."""
    return put_category(catalog_table(), request, category_id)


@handler.delete("/v1/categories/<category_id>")
def remove_category(request: Request, category_id: str) -> Response[str]:
    """Delete a category."""
    return delete_category(catalog_table(), request, category_id)


@handler.post("/v1/products/import")
def import_catalog(request: Request) -> Response[str]:
    """Write up to 500 products and report what became of each. With an Idempotency-Key it happens once."""

    def effect() -> str:
        return json_text(report_document(import_products(_repository(request), rows)))

    body = read_body(request)
    rows = read_rows(body, ndjson=request.content_type == NDJSON)
    key = request.headers.get("idempotency-key")
    if key is None:
        return json_response(effect())
    owner = request.principal.client_id or ""
    return json_response(once(catalog_table(), key=key, owner=owner, body=body, effect=effect))


def _repository(request: Request) -> ProductRepository:
    return ProductRepository(catalog_table(), correlation_id=request.correlation_id)


def _precondition(request: Request) -> Precondition:
    def check(version: int | None) -> None:
        require_preconditions(request.headers, current=None if version is None else strong_tag(version))

    return check
