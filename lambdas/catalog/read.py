"""Reads of the catalog. What it imports is its cold start: no pydantic, no boto3, no PyJWT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import cast
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response

from catalog.category_document import category_document, tree_document
from catalog.category_reading import read_tree, seen_tree
from catalog.listing import listed_products, products_of_categories
from catalog.record import PRODUCT, ListedStatus, ProductRecord, is_product_id, product_key
from edge import problem
from edge.application import HttpApplication
from edge.cursor import encode_cursor, requested_position
from edge.entity_tag import strong_tag
from edge.request import Request
from edge.response import REVALIDATED, cached_json_response, json_response, json_text
from store.table import Table

MAXIMUM_CATEGORY_LENGTH = 200
CATEGORIES_SECONDS = 60
"""How long anybody may show the tree without asking again."""

WRITE = "catalog/write"
PUBLISHED = "published"
STATUSES: Mapping[str, Sequence[ListedStatus]] = {
    PUBLISHED: ("published",),
    "draft": ("draft",),
    "all": ("draft", "published"),
}

FOR_THE_CALLER_ALONE = "private, no-cache"

handler = HttpApplication()


@cache
def catalog_table() -> Table:
    """Give the catalog's table, opened once a process."""
    return Table()


@handler.get("/v1/products/<product_id>")
def read_product(request: Request, product_id: str) -> Response[str]:
    """Answer with one product and its entity tag; to who is no merchant, drafts are as if they were not."""
    record: ProductRecord = {}
    if is_product_id(product_id):
        # A consistent read: a merchant who has just written reads what it wrote.
        record = cast(ProductRecord, catalog_table().get(product_key(product_id), PRODUCT, consistent=True) or {})
    is_draft = record.get("status") == "draft" and request.principal.may(WRITE)
    if record.get("status") != "published" and not is_draft:
        raise problem.not_found(f"there is no product {product_id[:64]!r}")
    cache_control = FOR_THE_CALLER_ALONE if is_draft else REVALIDATED
    tag = strong_tag(record["version"])
    return cached_json_response(request, record["document"], entity_tag=tag, cache_control=cache_control)


@handler.get("/v1/products")
def list_products(request: Request) -> Response[str]:
    """Answer with a page of products, of one category and those below it if the query names one."""
    limit = request.limit()
    statuses = _statuses(request)
    category = request.query.get("category")
    selection = _selection(category, request.query.get("status", PUBLISHED))
    position = requested_position(request, query=selection, kinds=[str])
    after = str(position[0]) if position is not None else ""
    if category is None:
        found = listed_products(catalog_table(), statuses=statuses, after=after, limit=limit + 1)
    elif 0 < len(category) <= MAXIMUM_CATEGORY_LENGTH:
        categories = list(seen_tree(catalog_table()).subtree(category))
        found = products_of_categories(catalog_table(), categories, statuses=statuses, after=after, limit=limit + 1)
    else:
        found = []
    shown = found[:limit]
    following = encode_cursor([shown[-1]["published_key"]], query=selection) if len(found) > limit else None
    items = ",".join(record["document"] for record in shown)
    return json_response(f'{{"items":[{items}],"next":{json_text(following)}}}')


@handler.get("/v1/categories")
def list_categories(request: Request) -> Response[str]:
    """Answer with the whole tree."""
    tree = read_tree(catalog_table())
    return cached_json_response(
        request,
        {"items": tree_document(tree), "next": None, "tree_version": tree.version},
        entity_tag=strong_tag(tree.version),
        cache_control=f"public, max-age={CATEGORIES_SECONDS}",
    )


@handler.get("/v1/categories/<category_id>")
def read_category(request: Request, category_id: str) -> Response[str]:
    """Answer with one category, where it stands in the tree, and its entity tag."""
    tree = read_tree(catalog_table())
    category = tree.categories.get(category_id)
    if category is None:
        raise problem.not_found(f"there is no category {category_id[:64]!r}")
    document = category_document(tree, category)
    return cached_json_response(request, document, entity_tag=strong_tag(category.version))


def _statuses(request: Request) -> Sequence[ListedStatus]:
    asked = request.query.get("status", PUBLISHED)
    if asked not in STATUSES:
        detail = f"is {asked[:50]!r}; must be {', '.join(STATUSES)}"
        raise problem.invalid(problem.InputError(parameter="status", detail=detail, code="status"))
    if asked != PUBLISHED and not request.principal.may(WRITE):
        if "authorization" not in request.headers:
            raise problem.unauthorized("drafts are shown to merchants: send a bearer token", token_given=False)
        raise problem.forbidden(f"the token lacks the scope {WRITE}", scopes=[WRITE])
    return STATUSES[asked]


def _selection(category: str | None, status: str) -> str:
    chosen = {} if category is None else {"category": category}
    if status != PUBLISHED:
        chosen["status"] = status
    return f"products?{urlencode(chosen)}"
