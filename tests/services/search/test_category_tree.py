from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

import search.category_tree
from catalog.category_tree import Category, CycleError, UnknownParentError
from catalog.category_tree import CategoryTree as Catalog
from search.category_tree import Branch, CategoryTree
from tests.services.search.products import MANY_EXAMPLES

NAMES = "abcdef"
Change: TypeAlias = tuple[str, Branch]


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Catalog, list[Change]]]:
    """What a catalog went through: each tree that it had, with what it said of the change."""
    tree, history = Catalog(), list[tuple[Catalog, list[Change]]]()
    for _ in range(draw(st.integers(1, 15))):
        one, parent = draw(st.sampled_from(NAMES)), draw(st.none() | st.sampled_from(NAMES))
        if one in tree.categories and draw(st.integers(0, 3)) == 0:
            tree, gone = tree.delete(one, cascade=True)
            history.append((tree, [(each, Branch(version=tree.version, name=None)) for each in gone]))
            continue
        try:
            changed = tree.put(Category(id=one, name=draw(st.sampled_from(["x", "y"])), parent=parent))
        except (CycleError, UnknownParentError):
            continue
        if changed is not tree:
            tree = changed
            history.append((tree, [(one, _branch(tree, one))]))
    return history


def _branch(tree: Catalog, category: str) -> Branch:
    found = tree.categories[category]
    return Branch(version=tree.version, name=found.name, parent=found.parent)


def assert_same(tree: CategoryTree, catalog: Catalog) -> None:
    for each in NAMES:
        known = catalog.categories.get(each)
        assert tree.name(each) == (known.name if known else None)
        assert tree.path(each) == (catalog.path(each) if known else [])
        assert tree.below([each]) == set(catalog.subtree(each))


@MANY_EXAMPLES
@given(data=st.data(), history=histories())
def test_late_repeated_and_in_any_order_changes_end_in_the_catalogs_tree(
    data: st.DataObject, history: Sequence[tuple[Catalog, list[Change]]]
) -> None:
    changes = [change for _, said in history for change in said]
    again = data.draw(st.lists(st.sampled_from(changes), max_size=5)) if changes else []
    order = data.draw(st.permutations(changes + again))
    tree = CategoryTree()
    taken_over = data.draw(st.none() | st.integers(0, len(history) - 1)) if history else None
    moment = data.draw(st.integers(0, len(order)))
    for number, change in enumerate([*order, None]):
        if number == moment and taken_over is not None:
            whole = history[taken_over][0]
            tree = tree.replaced({each: _branch(whole, each) for each in whole.categories}, version=whole.version)
        if change is not None:
            tree = tree.changed([change])
        # Whatever is missing yet, nobody runs in a circle.
        for each in NAMES:
            assert each not in tree.path(each)
            assert each in tree.below([each])
    assert_same(tree, history[-1][0] if history else Catalog())
    assert tree.changed(changes) is tree


def test_a_whole_tree_takes_away_what_it_has_not_but_nothing_that_came_later() -> None:
    heard = [("lost", Branch(version=3, name="Lost")), ("new", Branch(version=9, name="New", parent="kept"))]
    tree = CategoryTree().changed(heard).replaced({"kept": Branch(version=5, name="Kept")}, version=5)
    assert (tree.name("lost"), tree.name("kept"), tree.path("new")) == (None, "Kept", ["kept"])
    assert tree.replaced({}, version=5) is tree
    assert tree.changed([("lost", Branch(version=4, name="Late"))]) is tree


def test_of_very_old_deletions_nothing_is_kept_and_yet_no_late_event_brings_one_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search.category_tree, "MOST_DELETED", 2)
    gone = [(f"gone-{version}", Branch(version=version, name=None)) for version in range(2, 6)]
    tree = CategoryTree().changed([*gone, ("here", Branch(version=1, name="Here"))])
    assert sorted(tree.branches) == ["gone-4", "gone-5", "here"]
    assert (
        tree.changed([("gone-2", Branch(version=1, name="Late")), ("gone-5", Branch(version=4, name="Late"))]) is tree
    )
