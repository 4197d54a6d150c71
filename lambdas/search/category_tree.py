"""The tree of categories as search knows it, from events that may be late, come twice and in any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

MOST_DELETED = 2_000
"""Of how many deleted categories it is known that they are: of older deletions no event will come any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """What the latest change of a category made of it.

    Attributes:
        version: of the tree, when it changed so.
        name: what people see; None since it was deleted.
        parent: the category that it is below; None at the top.
    """

    version: int
    name: str | None
    parent: str | None = None


@dataclass(frozen=True, kw_only=True)
class CategoryTree:
    """What was heard of categories: of each the change with the greatest version, whatever the order they came in.

    While a change is still on its way a parent may be missing, or two categories each be below the other: so nobody
    follows parents without looking where they have been.

    Attributes:
        branches: by id; deleted ones too, so that a late event brings none back.
        settled: the version up to which nothing is news: that of a whole tree that was taken over, of which all older
            changes are part, or of the latest deletion that was forgotten.
    """

    branches: Mapping[str, Branch] = field(default_factory=dict)
    settled: int = 0

    def changed(self, changes: Iterable[tuple[str, Branch]]) -> CategoryTree:
        """Give the tree after some changes, in any order; the same object if none is news."""
        branches = dict(self.branches)
        for category, branch in changes:
            if branch.version > max(self.settled, branches[category].version if category in branches else 0):
                branches[category] = branch
        if branches == self.branches:
            return self
        deleted = sorted((branch.version, each) for each, branch in branches.items() if branch.name is None)
        forgotten = deleted[: max(0, len(deleted) - MOST_DELETED)]
        for _, category in forgotten:
            del branches[category]
        return CategoryTree(branches=branches, settled=max([self.settled, *(version for version, _ in forgotten)]))

    def replaced(self, branches: Mapping[str, Branch], *, version: int) -> CategoryTree:
        """Give what the catalog says the whole tree is, with later changes that were heard of.

        Args:
            branches: by id.
            version: of the tree; nothing happens if one as late was taken over before.
        """
        if version <= self.settled:
            return self
        later = {each: branch for each, branch in self.branches.items() if branch.version > version}
        return CategoryTree(branches={**branches, **later}, settled=version)

    def name(self, id: str) -> str | None:
        """Give the name of a category; None if it is in no tree."""
        branch = self.branches.get(id)
        return branch.name if branch else None

    def path(self, id: str) -> list[str]:
        """Give the ids of those that a category is below, the topmost first; none if it is in no tree."""
        if id not in self._paths:
            path = [id]
            while (parent := self._parent(path[-1])) is not None and parent not in path:
                path.append(parent)
            self._paths[id] = path[:0:-1]
        return self._paths[id]

    def below(self, ids: Iterable[str]) -> set[str]:
        """Give these categories and all below them; those that are in no tree as they are."""
        found: set[str] = set()
        waiting = list(ids)
        while waiting:
            if (category := waiting.pop()) not in found:
                found.add(category)
                waiting += self._children.get(category, ())
        return found

    def _parent(self, id: str) -> str | None:
        branch = self.branches.get(id)
        return branch.parent if branch and branch.parent and self.name(branch.parent) is not None else None

    @cached_property
    def _paths(self) -> dict[str, list[str]]:
        return {}

    @cached_property
    def _children(self) -> Mapping[str, list[str]]:
        children: dict[str, list[str]] = {}
        for category, branch in self.branches.items():
            if branch.name is not None and branch.parent is not None:
                children.setdefault(branch.parent, []).append(category)
        return children
