"""The tree of categories, as a value: every change gives another one. Knows nothing of pydantic: reads import it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

MAXIMUM_CATEGORIES = 1000
"""In all: a listing asks for the products of each category below the one that it is of."""

MAXIMUM_DEPTH = 8
"""Levels, the top one included."""


class UnknownParentError(Exception):
    """The category that another one is to be put below does not exist."""


class CycleError(Exception):
    """A category would be below itself."""


class TooDeepError(Exception):
    """A category would be more than eight levels down."""


class TreeFullError(Exception):
    """There would be more categories than the tree holds."""


class OccupiedError(Exception):
    """A category that is to be deleted has others below it."""


@dataclass(frozen=True, kw_only=True)
class Category:
    """A category.

    Attributes:
        id: in URLs, and in what products say of theirs.
        name: what people see.
        parent: the category that it is below; None at the top.
        position: its place among its siblings, the smallest first, and by id among equals.
        version: grows with every change of this category.
    """

    id: str
    name: str
    parent: str | None = None
    position: int = 0
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class CategoryTree:
    """All categories.

    Attributes:
        categories: by id.
        version: grows with every change of any of them; 0 before the first.
    """

    categories: Mapping[str, Category] = field(default_factory=dict)
    version: int = 0

    @cached_property
    def _children(self) -> Mapping[str | None, list[Category]]:
        found: dict[str | None, list[Category]] = {}
        for category in sorted(self.categories.values(), key=lambda each: (each.position, each.id)):
            found.setdefault(category.parent, []).append(category)
        return found

    def children(self, id: str | None) -> list[Category]:
        """Give the categories right below one, or the topmost for None, in their order."""
        return self._children.get(id, [])

    def path(self, id: str) -> list[str]:
        """Give the ids from the root down to a category's parent."""
        path: list[str] = []
        parent = self.categories[id].parent
        while parent is not None:
            path.append(parent)
            parent = self.categories[parent].parent
        return path[::-1]

    def subtree(self, id: str) -> Iterator[str]:
        """Give a category's id and those of all below it, as they stand in the tree; itself alone if it is in none."""
        yield id
        for child in self.children(id):
            yield from self.subtree(child.id)

    def put(self, wanted: Category) -> CategoryTree:
        """Give the tree with a category created, renamed or moved; the same object if nothing changes.

        Raises:
            UnknownParentError: the parent is in no tree.
            CycleError: the parent is the category, or below it.
            TooDeepError: the category, or one below it, would be too far down.
            TreeFullError: there is no room for another one.
        """
        current = self.categories.get(wanted.id)
        if current is not None and replace(wanted, version=current.version) == current:
            return self
        if wanted.parent is not None and wanted.parent not in self.categories:
            raise UnknownParentError(wanted.parent)
        if current is not None and wanted.parent in set(self.subtree(wanted.id)):
            raise CycleError(wanted.id)
        if current is None and len(self.categories) >= MAXIMUM_CATEGORIES:
            raise TreeFullError
        version = 1 if current is None else current.version + 1
        changed = {**self.categories, wanted.id: replace(wanted, version=version)}
        tree = CategoryTree(categories=changed, version=self.version + 1)
        if max(len(tree.path(each)) for each in tree.subtree(wanted.id)) >= MAXIMUM_DEPTH:
            raise TooDeepError(wanted.id)
        return tree

    def delete(self, id: str, *, cascade: bool) -> tuple[CategoryTree, list[str]]:
        """Give the tree without a category, and the ids of those that are gone.

        Args:
            id: a category of the tree.
            cascade: whether all below it go too.

        Raises:
            OccupiedError: others are below it, and shall stay.
        """
        gone = list(self.subtree(id))
        if len(gone) > 1 and not cascade:
            raise OccupiedError(id)
        kept = {each: category for each, category in self.categories.items() if each not in set(gone)}
        return CategoryTree(categories=kept, version=self.version + 1), gone
