"""Categories as everybody reads them. Knows nothing of pydantic: reads import it."""

from __future__ import annotations

from catalog.category_tree import Category, CategoryTree


def tree_document(tree: CategoryTree, parent: str | None = None) -> list[dict[str, object]]:
    """Give the categories below one, or all of them, each with those below it."""
    return [
        {
            "id": category.id,
            "name": category.name,
            "position": category.position,
            "children": tree_document(tree, category.id),
        }
        for category in tree.children(parent)
    ]


def category_document(tree: CategoryTree, category: Category) -> dict[str, object]:
    """Give one category."""
    return {
        "id": category.id,
        "name": category.name,
        "parent": category.parent,
        "position": category.position,
        "path": tree.path(category.id),
        "children": [child.id for child in tree.children(category.id)],
    }
