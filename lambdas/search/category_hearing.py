"""What the catalog's events say of its tree of categories."""

from __future__ import annotations

from contracts.category_events import CategoryChanged, CategoryDeleted
from search.category_tree import Branch


def changes_of(event: CategoryChanged | CategoryDeleted) -> list[tuple[str, Branch]]:
    """Give what an event makes of which categories. What is below one that moved says so by its parent."""
    if isinstance(event, CategoryDeleted):
        return [(category, Branch(version=event.data.tree_version, name=None)) for category in event.data.ids]
    state = event.data
    parent = state.path[-1] if state.path else None
    return [(state.id, Branch(version=state.tree_version, name=state.name, parent=parent))]
