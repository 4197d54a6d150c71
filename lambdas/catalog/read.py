"""Public reads of the catalog. What it imports is its cold start: no pydantic, no boto3, no PyJWT."""

from __future__ import annotations

from functools import cache
from typing import cast
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response

from catalog.listing import listed_products, products_of_category
from catalog.record import PRODUCT, ProductRecord, is_product_id, product_key
from edge import problem
from edge.application import HttpApplication
from edge.cursor import encode_cursor, requested_position
from edge.entity_tag import strong_tag
from edge.request import Request
from edge.response import cached_json_response, json_response, json_text
from store.table import Table

MAXIMUM_CATEGORY_LENGTH = 200

handler = HttpApplication()


@cache
def catalog_table() -> Table:
    """Give the catalog's table, opened once a process."""
    return Table()


@handler.get("/v1/products/<product_id>")
def read_product(request: Request, product_id: str) -> Response[str]:
    """Answer with one published product and its entity tag; drafts and deleted ones are as if they were not."""
    record: ProductRecord = {}
    if is_product_id(product_id):
        # A consistent read: a merchant who has just written reads what it wrote.
        record = cast(ProductRecord, catalog_table().get(product_key(product_id), PRODUCT, consistent=True) or {})
    if record.get("status") != "published":
        raise problem.not_found(f"there is no product {product_id[:64]!r}")
    return cached_json_response(request, record["document"], entity_tag=strong_tag(record["version"]))


@handler.get("/v1/products")
def list_products(request: Request) -> Response[str]:
    """Answer with a page of published products, of one category if the query names one."""
    limit = request.limit()
    category = request.query.get("category")
    selection = f"products?{urlencode({} if category is None else {'category': category})}"
    position = requested_position(request, query=selection, kinds=[str])
    after = str(position[0]) if position is not None else ""
    if category is None:
        found = listed_products(catalog_table(), statuses=["published"], after=after, limit=limit + 1)
    elif 0 < len(category) <= MAXIMUM_CATEGORY_LENGTH:
        found = products_of_category(catalog_table(), category, after=after, limit=limit + 1)
    else:
        found = []
    shown = found[:limit]
    following = encode_cursor([shown[-1]["published_key"]], query=selection) if len(found) > limit else None
    items = ",".join(record["document"] for record in shown)
    return json_response(f'{{"items":[{items}],"next":{json_text(following)}}}')
