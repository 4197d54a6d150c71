"""A category as a merchant writes it."""

from __future__ import annotations

from catalog.category_tree import Category
from contracts.category_events import CategoryName, Position
from contracts.model import Contract, Identifier, ReadOnly


class CategoryInput(Contract):
    """The body of ``PUT /v1/categories/{id}``.

    Attributes:
        name: what people see.
        parent: the category that it is below; at the top when left out.
        position: its place among its siblings, the smallest first; 0 when left out.
        id: read-only, like ``path`` and ``children``: taken and ignored, so that what was read can be changed and sent
            back.
    """

    name: CategoryName
    parent: Identifier | None = None
    position: Position = 0
    id: ReadOnly
    path: ReadOnly
    children: ReadOnly

    def category(self, id: str) -> Category:
        """Give it as the tree knows it."""
        return Category(id=id, name=self.name, parent=self.parent, position=self.position)
