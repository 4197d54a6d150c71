"""The catalog's operations."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field

from api_description.operation import Answer, Body, Operation, Parameter, Tag
from api_description.operations.of_catalog.categories import CATEGORIES
from api_description.operations.of_catalog.exports import EXPORTS
from api_description.operations.of_catalog.imports import IMPORTS
from api_description.page import Page
from api_description.parameters import PAGE
from api_description.problem_kinds import FORBIDDEN, conflict, not_found
from catalog.import_rows import MAXIMUM_IMPORT_BYTES, MAXIMUM_ROWS
from catalog.product import MAXIMUM_PRODUCT_BYTES, ProductInput
from catalog.read import MAXIMUM_CATEGORY_LENGTH
from contracts.model import Contract, Identifier
from contracts.product_events import ProductSnapshot
from edge.request import NDJSON

PRODUCTS = Tag("Products", "What is sold. Merchants write products; everybody reads those that are published.")


class Product(ProductSnapshot):
    """A product as it is stored.

    Attributes:
        status: ``published`` is public; ``draft`` is the merchant's alone.
    """

    status: Literal["draft", "published"]


class ProductPage(Page[Product]):
    """Products, in the order of their ids."""


class RowFault(Contract):
    """One fault of a row.

    Attributes:
        pointer: RFC 6901 JSON pointer into the row.
        code: a short name of the fault for programs.
        detail: what is wrong and what is allowed.
    """

    pointer: str = ""
    code: str = ""
    detail: str


class ImportedRow(Contract):
    """What became of a row.

    Attributes:
        row: its place among the rows, from 1.
        id: of the product; null when the row names none.
        outcome: what was done.
        errors: why it was rejected, at most five faults.
    """

    row: Annotated[int, Field(ge=1, le=MAXIMUM_ROWS)]
    id: str | None
    outcome: Literal["created", "updated", "unchanged", "rejected"]
    errors: Annotated[list[RowFault], Field(max_length=5)]


class ImportReport(Contract):
    """What became of an import.

    Attributes:
        accepted: how many rows were products.
        rejected: how many were not.
        rows: each row, in order.
    """

    accepted: Annotated[int, Field(ge=0, le=MAXIMUM_ROWS)]
    rejected: Annotated[int, Field(ge=0, le=MAXIMUM_ROWS)]
    rows: Annotated[list[ImportedRow], Field(max_length=MAXIMUM_ROWS)]


MUG: dict[str, object] = {
    "id": "enamel-mug",
    "name": "Enamel Camp Mug",
    "description": "Holds 350 ml, and a fire.",
    "category": "kitchen",
    "status": "published",
    "price": {"currency": "USD", "amount": 1600},
    "prices": [{"currency": "EUR", "amount": 1500}, {"currency": "USD", "amount": 1100, "price_list": "trade"}],
    "brand": "Fjell",
    "tags": ["camping"],
    "attributes": {"material": "enamelled steel"},
    "media": [{"url": "https://images.example.com/enamel-mug.jpg", "alt": "A blue mug on a stone"}],
    "options": [{"name": "colour", "values": ["blue", "red"]}],
    "variants": [{"sku": "enamel-mug-blue", "name": "Blue", "options": {"colour": "blue"}}],
}
STORED_MUG: dict[str, object] = MUG | {
    "version": 7,
    "skus": ["enamel-mug-blue"],
    "created_at": "2026-11-02T09:30:00.000Z",
    "updated_at": "2026-11-23T16:05:12.482Z",
}
IMPORTED: dict[str, object] = {
    "accepted": 1,
    "rejected": 1,
    "rows": [
        {"row": 1, "id": "enamel-mug", "outcome": "created", "errors": []},
        {
            "row": 2,
            "id": "tent",
            "outcome": "rejected",
            "errors": [{"pointer": "/price", "code": "missing", "detail": "Field required"}],
        },
    ],
}
ID = (Parameter("id", Identifier, "The product.", example="enamel-mug"),)
NO_PRODUCT = not_found("there is no product 'enamel-mug'")

OPERATIONS = [
    *CATEGORIES,
    *IMPORTS,
    *EXPORTS,
    Operation(
        "GET /v1/products",
        id="listProducts",
        tag=PRODUCTS,
        summary="List products",
        query=(
            Parameter(
                "category",
                Annotated[str, Field(max_length=MAXIMUM_CATEGORY_LENGTH)],
                "Only products of this category and of those below it in the tree, capitals and small letters as "
                "they are.",
                example="kitchen",
            ),
            Parameter(
                "status",
                Literal["published", "draft", "all"],
                "Products of this status; others than `published` are for merchants.",
                example="published",
                default="published",
            ),
            *PAGE,
        ),
        answers=[Answer(HTTPStatus.OK, "A page.", ProductPage, example={"items": [STORED_MUG], "next": None})],
        problems=[FORBIDDEN],
    ),
    Operation(
        "GET /v1/products/{id}",
        id="getProduct",
        tag=PRODUCTS,
        summary="Read a product",
        description="To who is no merchant, a draft is as if it were not.",
        path=ID,
        safe="cached",
        answers=[Answer(HTTPStatus.OK, "The product.", Product, example=STORED_MUG)],
        problems=[NO_PRODUCT],
    ),
    Operation(
        "PUT /v1/products/{id}",
        id="putProduct",
        tag=PRODUCTS,
        summary="Create or replace a product",
        description="A product without variants is sold under one SKU, its id. A SKU belongs to one product at a time. "
        "If it has `options`, each variant names one of the values of each, and no two variants are the same.",
        path=ID,
        body=Body(
            ProductInput,
            description="What was read can be changed and sent back: members that are read-only are ignored.",
            example=MUG,
            maximum_bytes=MAXIMUM_PRODUCT_BYTES,
        ),
        safe="conditional",
        answers=[
            Answer(HTTPStatus.OK, "It was replaced, or is the same.", Product, example=STORED_MUG),
            Answer(HTTPStatus.CREATED, "It was created.", Product, example=STORED_MUG, headers=("Location",)),
        ],
        problems=[conflict("sku-taken", "the SKU enamel-mug-blue belongs to the product camp-mug")],
    ),
    Operation(
        "DELETE /v1/products/{id}",
        id="deleteProduct",
        tag=PRODUCTS,
        summary="Delete a product",
        description="Its SKUs are free for others.",
        path=ID,
        safe="conditional",
        answers=[Answer(HTTPStatus.NO_CONTENT, "It is gone.")],
        problems=[NO_PRODUCT],
    ),
    Operation(
        "POST /v1/products/import",
        id="importProducts",
        tag=PRODUCTS,
        summary="Write some hundred products",
        description="One row that is no product stops no other. Whole catalogs: `POST /v1/catalog/imports`.",
        body=Body(
            Annotated[list[ProductInput], Field(min_length=1, max_length=MAXIMUM_ROWS)],
            description=f"1 to {MAXIMUM_ROWS} products: a JSON list, or one a line. A row has the limits of a product.",
            example=[MUG],
            maximum_bytes=MAXIMUM_IMPORT_BYTES,
            others={NDJSON: json.dumps(MUG) + "\n"},
        ),
        idempotency_key="optional",
        answers=[Answer(HTTPStatus.OK, "The report.", ImportReport, example=IMPORTED)],
        problems=[conflict("request-in-progress", "a request with this Idempotency-Key is running")],
    ),
]
