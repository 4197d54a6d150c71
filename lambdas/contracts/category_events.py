"""The events of the category tree."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.envelope import DomainEvent
from contracts.model import Contract, Identifier

MAXIMUM_CATEGORIES = 1000
MAXIMUM_DEPTH = 8
MAXIMUM_POSITION = 1_000_000

CategoryName = Annotated[str, Field(min_length=1, max_length=64, pattern=r"\S")]
Position = Annotated[int, Field(ge=0, le=MAXIMUM_POSITION)]
TreeVersion = Annotated[int, Field(ge=1, description="Grows with every change of the whole tree and never shrinks.")]


class CategoryState(Contract):
    """A category as it is since a change.

    Attributes:
        id: the category; products name it in their ``category``.
        name: what people see.
        path: the ids from the root down to its parent; those below it moved with it.
        position: its place among its siblings, the smallest first.
        tree_version: of the change; a smaller one arriving later is out of date.
    """

    id: Identifier
    name: CategoryName
    path: Annotated[tuple[Identifier, ...], Field(strict=False, max_length=MAXIMUM_DEPTH - 1)]
    position: Position
    tree_version: TreeVersion


class CategoryRemoval(Contract):
    """Categories that are no more.

    Attributes:
        ids: those that were deleted at once: a category, and all below it.
        tree_version: of the change.
    """

    ids: Annotated[tuple[Identifier, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_CATEGORIES)]
    tree_version: TreeVersion


class CategoryChanged(DomainEvent[CategoryState]):
    """A category was created, renamed or moved."""

    source: ClassVar[str] = "storefront.catalog"
    detail_type: ClassVar[str] = "CategoryChanged"


class CategoryDeleted(DomainEvent[CategoryRemoval]):
    """A category was deleted. Products that name it keep doing so."""

    source: ClassVar[str] = "storefront.catalog"
    detail_type: ClassVar[str] = "CategoryDeleted"
