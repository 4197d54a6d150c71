"""The catalog's operations on categories."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field

from api_description.operation import Answer, Body, Operation, Parameter, Tag
from api_description.page import Page
from api_description.problem_kinds import conflict, not_found
from catalog.category_input import CategoryInput
from catalog.category_tree import MAXIMUM_CATEGORIES, MAXIMUM_DEPTH
from contracts.category_events import CategoryName, Position
from contracts.model import Contract, Identifier

TREE = Tag("Categories", "Where products stand: a tree. A product is in the category whose id its `category` names.")


class CategoryNode(Contract):
    """A category in the tree.

    Attributes:
        id: what products name.
        name: what people see.
        position: its place among its siblings, the smallest first.
        children: the categories right below it, in their order.
    """

    id: Identifier
    name: CategoryName
    position: Position
    children: Annotated[list[CategoryNode], Field(max_length=MAXIMUM_CATEGORIES)]


class CategoryPage(Page[CategoryNode]):
    """The topmost categories with all below them; there is always one page.

    Attributes:
        tree_version: grows with every change of any category, as in events about them; 0 before the first.
    """

    tree_version: Annotated[int, Field(ge=0)]


class Category(Contract):
    """A category.

    Attributes:
        id: what products name.
        name: what people see.
        parent: the category that it is below; null at the top.
        position: its place among its siblings, the smallest first.
        path: the ids from the root down to its parent.
        children: the ids of the categories right below it, in their order.
    """

    id: Identifier
    name: CategoryName
    parent: Identifier | None
    position: Position
    path: Annotated[list[Identifier], Field(max_length=MAXIMUM_DEPTH - 1)]
    children: Annotated[list[Identifier], Field(max_length=MAXIMUM_CATEGORIES)]


KITCHEN: dict[str, object] = {
    "id": "kitchen",
    "name": "Kitchen",
    "parent": "home",
    "position": 10,
    "path": ["home"],
    "children": ["mugs"],
}
HOME: dict[str, object] = {
    "id": "home",
    "name": "Home",
    "position": 0,
    "children": [
        {
            "id": "kitchen",
            "name": "Kitchen",
            "position": 10,
            "children": [{"id": "mugs", "name": "Mugs", "position": 0, "children": []}],
        }
    ],
}
ID = (Parameter("id", Identifier, "The category.", example="kitchen"),)
NO_CATEGORY = not_found("there is no category 'kitchen'")

CATEGORIES = [
    Operation(
        "GET /v1/categories",
        id="listCategories",
        tag=TREE,
        summary="Read the tree of categories",
        description="May be shown for a minute without asking again.",
        safe="cached",
        answers=[
            Answer(
                HTTPStatus.OK, "The tree.", CategoryPage, example={"items": [HOME], "next": None, "tree_version": 12}
            )
        ],
    ),
    Operation(
        "GET /v1/categories/{id}",
        id="getCategory",
        tag=TREE,
        summary="Read a category",
        path=ID,
        safe="cached",
        answers=[Answer(HTTPStatus.OK, "The category.", Category, example=KITCHEN)],
        problems=[NO_CATEGORY],
    ),
    Operation(
        "PUT /v1/categories/{id}",
        id="putCategory",
        tag=TREE,
        summary="Create, rename or move a category",
        description=f"What is below it moves with it. There are at most {MAXIMUM_CATEGORIES} categories on "
        f"{MAXIMUM_DEPTH} levels.",
        path=ID,
        body=Body(CategoryInput, example={"name": "Kitchen", "parent": "home", "position": 10}),
        safe="conditional",
        answers=[
            Answer(HTTPStatus.OK, "It was changed, or is the same.", Category, example=KITCHEN),
            Answer(HTTPStatus.CREATED, "It was created.", Category, example=KITCHEN, headers=("Location",)),
        ],
        problems=[
            conflict("category-cycle", "category 'home' cannot be below 'kitchen', which is itself or below it"),
            conflict("category-too-deep", f"a category would be more than {MAXIMUM_DEPTH} levels deep"),
            conflict("too-many-categories", f"there are {MAXIMUM_CATEGORIES} categories; no more are allowed"),
        ],
    ),
    Operation(
        "DELETE /v1/categories/{id}",
        id="deleteCategory",
        tag=TREE,
        summary="Delete a category",
        description="Products keep naming it, and are found by its name alone until they are written anew.",
        path=ID,
        query=(
            Parameter(
                "cascade",
                Literal["true", "false"],
                "Delete all categories below it too, and though products are in them.",
                example="false",
                default="false",
            ),
        ),
        safe="conditional",
        answers=[Answer(HTTPStatus.NO_CONTENT, "It is gone.")],
        problems=[
            NO_CATEGORY,
            conflict("category-not-empty", "other categories are below 'kitchen'; move them first"),
        ],
    ),
]
