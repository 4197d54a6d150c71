"""Merchants' writes to the category tree."""

from __future__ import annotations

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from catalog.category_changes import change_tree
from catalog.category_document import category_document
from catalog.category_input import CategoryInput
from catalog.category_tree import (
    MAXIMUM_CATEGORIES,
    MAXIMUM_DEPTH,
    CategoryTree,
    CycleError,
    OccupiedError,
    TooDeepError,
    TreeFullError,
    UnknownParentError,
)
from catalog.listing import products_of_category
from contracts.category_events import CategoryChanged, CategoryDeleted, CategoryRemoval, CategoryState
from edge import problem
from edge.entity_tag import require_preconditions, strong_tag
from edge.identifier import is_identifier, require_identifier
from edge.request import Request
from edge.response import json_response, no_content
from edge.validation import validate
from outbox.record import current_trace_header
from store.table import Table

_CASCADE = {"true": True, "false": False}


def put_category(table: Table, request: Request, category_id: str) -> Response[str]:
    """Create, rename or move a category: 201 with its Location, or 200. The same again changes nothing."""
    wanted = validate(CategoryInput, request.json()).category(category_id)
    require_identifier(category_id, parameter="id")

    def change(tree: CategoryTree) -> tuple[CategoryTree, CategoryChanged | None, Response[str]]:
        _require_preconditions(request, tree, category_id)
        created = category_id not in tree.categories
        try:
            changed = tree.put(wanted)
        except UnknownParentError as error:
            detail = f"is {wanted.parent!r}, but there is no such category"
            fault = problem.InputError(pointer="/parent", detail=detail, code="unknown_parent")
            raise problem.invalid(fault) from error
        except CycleError as error:
            detail = f"category {category_id!r} cannot be below {wanted.parent!r}, which is itself or below it"
            raise problem.conflict(detail, kind="category-cycle") from error
        except TooDeepError as error:
            detail = f"a category would be more than {MAXIMUM_DEPTH} levels deep"
            raise problem.conflict(detail, kind="category-too-deep") from error
        except TreeFullError as error:
            detail = f"there are {MAXIMUM_CATEGORIES} categories; no more are allowed"
            raise problem.conflict(detail, kind="too-many-categories") from error
        return changed, _event(request, tree, changed, category_id), _stored(changed, category_id, created=created)

    return change_tree(table, change)


def delete_category(table: Table, request: Request, category_id: str) -> Response[str]:
    """Delete a category: 204. Only with ``cascade=true`` if others are below it or products are in it."""
    cascade = _CASCADE.get(request.query.get("cascade", "false"))
    if cascade is None:
        detail = f"is {request.query['cascade'][:50]!r}; must be true or false"
        raise problem.invalid(problem.InputError(parameter="cascade", detail=detail, code="boolean"))

    def change(tree: CategoryTree) -> tuple[CategoryTree, CategoryDeleted | None, Response[str]]:
        if not is_identifier(category_id) or category_id not in tree.categories:
            raise problem.not_found(f"there is no category {category_id[:64]!r}")
        _require_preconditions(request, tree, category_id)
        try:
            changed, gone = tree.delete(category_id, cascade=cascade)
        except OccupiedError as error:
            raise _occupied(f"other categories are below {category_id!r}") from error
        if not cascade and _has_products(table, category_id):
            raise _occupied(f"products are in category {category_id!r}")
        removal = CategoryRemoval(ids=tuple(gone), tree_version=changed.version)
        event = CategoryDeleted.of(removal, correlation_id=request.correlation_id, trace_header=current_trace_header())
        return changed, event, no_content()

    return change_tree(table, change)


def _require_preconditions(request: Request, tree: CategoryTree, category_id: str) -> None:
    current = tree.categories.get(category_id)
    require_preconditions(request.headers, current=strong_tag(current.version) if current else None)


def _event(request: Request, before: CategoryTree, after: CategoryTree, category_id: str) -> CategoryChanged | None:
    if after is before:
        return None
    category = after.categories[category_id]
    state = CategoryState(
        id=category.id,
        name=category.name,
        path=tuple(after.path(category.id)),
        position=category.position,
        tree_version=after.version,
    )
    return CategoryChanged.of(state, correlation_id=request.correlation_id, trace_header=current_trace_header())


def _stored(tree: CategoryTree, category_id: str, *, created: bool) -> Response[str]:
    category = tree.categories[category_id]
    headers = {"ETag": strong_tag(category.version)}
    document = category_document(tree, category)
    if created:
        location = {"Location": f"/v1/categories/{category_id}"}
        return json_response(document, status=HTTPStatus.CREATED, headers=headers | location)
    return json_response(document, headers=headers)


def _has_products(table: Table, category_id: str) -> bool:
    return any(
        products_of_category(table, category_id, status=status, after="", limit=1) for status in ("published", "draft")
    )


def _occupied(detail: str) -> problem.Problem:
    more = "move them first, or delete with cascade=true: products keep their category's name, but it is in no tree"
    return problem.conflict(f"{detail}; {more}", kind="category-not-empty")
