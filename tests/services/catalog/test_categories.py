from __future__ import annotations

import random
import string
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from catalog.category_changes import change_tree
from catalog.category_reading import SEEN_SECONDS, read_tree
from catalog.category_tree import (
    MAXIMUM_CATEGORIES,
    MAXIMUM_DEPTH,
    Category,
    CategoryTree,
    CycleError,
    OccupiedError,
    TooDeepError,
    TreeFullError,
    UnknownParentError,
)
from store.table import Table
from tests.services.catalog.conftest import Outbox
from tests.services.http_client import Answer, Client, product
from tests.services.passing_time import PassingTime


def put(catalog: Client, category: str, /, **headers: str) -> Answer:
    """Put a category that is written as a path, such as ``home/kitchen``."""
    *above, id = category.split("/")  # noqa: A001
    body = {"name": id.title(), "parent": above[-1] if above else None}
    return catalog.call("PUT", f"/v1/categories/{id}", body=body, headers=headers)


def shown(nodes: object) -> dict[str, Any]:
    return {node["id"]: shown(node["children"]) for node in cast("Iterable[dict[str, Any]]", nodes)}


def tree(catalog: Client) -> dict[str, Any]:
    return shown(catalog.call("GET", "/v1/categories").json["items"])


def kind(answer: Answer) -> tuple[int, str]:
    return answer.status, str(answer.problem()["type"]).rpartition(":")[2]


@pytest.fixture
def home(catalog: Client) -> Client:
    """A small tree: home/kitchen/mugs, home/bath, garden."""
    for category in ("home", "home/kitchen", "home/kitchen/mugs", "home/bath", "garden"):
        assert put(catalog, category).status == 201
    return catalog


def test_a_tree_that_was_written_can_be_read(home: Client) -> None:
    assert tree(home) == {"garden": {}, "home": {"bath": {}, "kitchen": {"mugs": {}}}}
    mugs = home.call("GET", "/v1/categories/mugs")
    assert mugs.json == {
        "id": "mugs",
        "name": "Mugs",
        "parent": "kitchen",
        "position": 0,
        "path": ["home", "kitchen"],
        "children": [],
    }
    assert home.call("PUT", "/v1/categories/mugs", body=mugs.json).headers["ETag"] == mugs.headers["ETag"] == '"1"'


def test_siblings_stand_by_position_and_then_by_id(catalog: Client) -> None:
    for id, position in (("a", 5), ("b", 0), ("d", 5), ("c", 5)):  # noqa: A001
        catalog.call("PUT", f"/v1/categories/{id}", body={"name": id, "position": position})
    assert list(tree(catalog)) == ["b", "a", "c", "d"]


def test_the_tree_may_be_kept_for_a_while_and_asked_for_again(home: Client) -> None:
    home.token = None
    first = home.call("GET", "/v1/categories")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = home.call("GET", "/v1/categories", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.text) == (304, "")


def test_a_category_moves_with_all_below_it(home: Client) -> None:
    assert put(home, "garden/kitchen").status == 200
    assert tree(home) == {"garden": {"kitchen": {"mugs": {}}}, "home": {"bath": {}}}
    assert home.call("GET", "/v1/categories/mugs").json["path"] == ["garden", "kitchen"]


@pytest.mark.parametrize("category", ["home/home", "kitchen/home", "mugs/home", "mugs/kitchen"])
def test_no_category_is_below_itself(home: Client, category: str) -> None:
    before = tree(home)
    assert kind(put(home, category)) == (409, "category-cycle")
    assert tree(home) == before


def test_a_parent_must_exist(home: Client) -> None:
    answer = put(home, "nowhere/cellar")
    assert kind(answer) == (422, "invalid-input")
    assert cast("list[dict[str, str]]", answer.problem()["errors"])[0]["pointer"] == "/parent"


def test_a_tree_has_so_many_levels(catalog: Client) -> None:
    levels = [f"level-{number}" for number in range(MAXIMUM_DEPTH + 1)]
    for number in range(MAXIMUM_DEPTH):
        assert put(catalog, "/".join(levels[: number + 1])).status == 201
    assert kind(put(catalog, "/".join(levels))) == (409, "category-too-deep")
    put(catalog, "top")
    assert kind(put(catalog, "top/level-0")) == (409, "category-too-deep")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": " "},
        {"name": "x" * 65},
        {"name": "x", "parent": "a b"},
        {"name": "x", "position": -1},
        {"name": "x", "position": "1"},
        {"name": "x", "colour": "red"},
    ],
)
def test_what_is_no_category_is_refused(catalog: Client, body: dict[str, object]) -> None:
    assert catalog.call("PUT", "/v1/categories/any", body=body).status == 422
    assert catalog.call("PUT", "/v1/categories/a b", body={"name": "x"}).status == 422


def test_conditions_are_heeded(home: Client) -> None:
    assert kind(put(home, "garden", **{"If-None-Match": "*"})) == (412, "precondition-failed")
    assert kind(put(home, "home/garden", **{"If-Match": '"2"'})) == (412, "precondition-failed")
    assert put(home, "home/garden", **{"If-Match": '"1"'}).headers["ETag"] == '"2"'
    refused = home.call("DELETE", "/v1/categories/garden", headers={"If-Match": '"1"'})
    assert kind(refused) == (412, "precondition-failed")


def test_only_an_empty_category_is_deleted_unless_said(home: Client) -> None:
    assert kind(home.call("DELETE", "/v1/categories/kitchen")) == (409, "category-not-empty")
    for status in ("published", "draft"):
        home.call("PUT", "/v1/products/boots", body=product(category="bath", status=status))
        assert kind(home.call("DELETE", "/v1/categories/bath")) == (409, "category-not-empty")
    home.call("DELETE", "/v1/products/boots")
    assert home.call("DELETE", "/v1/categories/bath").status == 204
    assert kind(home.call("DELETE", "/v1/categories/home", query={"cascade": "yes"})) == (422, "invalid-input")
    assert home.call("DELETE", "/v1/categories/home", query={"cascade": "true"}).status == 204
    assert tree(home) == {"garden": {}}
    for id in ("home", "never", "%00"):  # noqa: A001
        answer = home.call("DELETE", f"/v1/categories/{id}", route="DELETE /v1/categories/{id}")
        assert kind(answer) == (404, "not-found")
        assert home.call("GET", f"/v1/categories/{id}", route="GET /v1/categories/{id}").status == 404


def test_only_who_may_write_the_catalog_changes_the_tree(home: Client) -> None:
    home.token = None
    assert put(home, "cellar").status == 401
    assert home.call("DELETE", "/v1/categories/garden").status == 401


def test_others_hear_of_changes_and_of_nothing_else(home: Client, outbox: Outbox) -> None:
    put(home, "garden/kitchen")
    put(home, "garden/kitchen")
    put(home, "mugs/garden")
    home.call("DELETE", "/v1/categories/kitchen", query={"cascade": "true"})
    stated = [(message["detail_type"], message["detail"]["data"]) for message in outbox()]
    stated.sort(key=lambda each: each[1]["tree_version"])
    assert [data["tree_version"] for _, data in stated] == list(range(1, 8))
    moved = {"id": "kitchen", "name": "Kitchen", "path": ["garden"], "position": 0, "tree_version": 6}
    assert stated[5:] == [
        ("CategoryChanged", moved),
        ("CategoryDeleted", {"ids": ["kitchen", "mugs"], "tree_version": 7}),
    ]


def listed(catalog: Client, category: str, **query: str) -> list[str]:
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = catalog.call("GET", "/v1/products", query={"category": category, "limit": "2", **query, **cursor})
        assert page.status == 200, page.text
        found += [item["id"] for item in cast("list[dict[str, str]]", page.json["items"])]
        if page.json["next"] is None:
            return found
        cursor = {"cursor": str(page.json["next"])}


def test_a_category_lists_its_own_products_and_those_of_all_below_it(home: Client, passing: PassingTime) -> None:
    for number, category in enumerate(["mugs", "kitchen", "bath", "home", "garden", "Something else"] * 2):
        home.call("PUT", f"/v1/products/p{number:02d}", body=product(f"p{number:02d}", category=category))
    assert listed(home, "home") == ["p00", "p01", "p02", "p03", "p06", "p07", "p08", "p09"]
    assert listed(home, "kitchen") == ["p00", "p01", "p06", "p07"]
    assert listed(home, "Something else") == ["p05", "p11"]
    put(home, "garden/kitchen")
    passing.seconds(SEEN_SECONDS)
    assert listed(home, "home") == ["p02", "p03", "p08", "p09"]
    home.call("DELETE", "/v1/categories/home", query={"cascade": "true"})
    passing.seconds(SEEN_SECONDS)
    assert listed(home, "home") == ["p03", "p09"]


def put_below(table: Table, category: str, parent: str | None) -> None:
    def change(tree: CategoryTree) -> tuple[CategoryTree, Any, None]:
        return tree.put(Category(id=category, name="x", parent=parent)), _event(), None

    change_tree(table, change)


def test_moves_that_together_would_make_a_cycle_do_not_both_happen(table: Table) -> None:
    for category in "abcdef":
        put_below(table, category, None)
    together = threading.Barrier(6)

    def move(below: tuple[str, str]) -> bool:
        together.wait()
        try:
            put_below(table, *below)
        except CycleError:
            return False
        return True

    with ThreadPoolExecutor(6) as movers:
        moved = list(movers.map(move, zip("abcdef", "bcdefa", strict=True)))
    tree = read_tree(table)
    assert moved.count(False) == 1
    (root,) = tree.children(None)
    assert sorted(tree.subtree(root.id)) == list("abcdef")


def _event() -> Any:
    from contracts.category_events import CategoryDeleted, CategoryRemoval

    return CategoryDeleted.of(CategoryRemoval(ids=("any",), tree_version=1), correlation_id="c")


IDS = st.sampled_from([f"c{number}" for number in range(12)])


class Trees(RuleBasedStateMachine):
    """A tree beside a plain model of it: a parent for each id."""

    def __init__(self) -> None:
        super().__init__()
        self.tree = CategoryTree()
        self.parents: dict[str, str | None] = {}

    def above(self, id: str | None) -> list[str]:
        found = []
        while id is not None:
            found.append(id)
            id = self.parents[id]  # noqa: A001
        return found

    @rule(id=IDS, parent=st.none() | IDS)
    def put(self, id: str, parent: str | None) -> None:
        try:
            self.tree = self.tree.put(Category(id=id, name=id, parent=parent))
        except UnknownParentError:
            assert parent not in self.parents
        except CycleError:
            assert id in self.above(parent)
        except TooDeepError:
            before = self.parents.get(id, "absent")
            self.parents[id] = parent
            assert any(len(self.above(each)) > MAXIMUM_DEPTH for each in self.parents)
            self.parents.pop(id)
            if before != "absent":
                self.parents[id] = before
        else:
            self.parents[id] = parent

    @rule(id=IDS, cascade=st.booleans())
    def delete(self, id: str, cascade: bool) -> None:
        if id not in self.parents:
            return
        below = {each for each in self.parents if id in self.above(each)}
        try:
            self.tree, gone = self.tree.delete(id, cascade=cascade)
        except OccupiedError:
            assert len(below) > 1
            assert not cascade
        else:
            assert set(gone) == below
            self.parents = {each: parent for each, parent in self.parents.items() if each not in below}

    @invariant()
    def everybody_hangs_on_a_root_and_once(self) -> None:
        assert {each.id: each.parent for each in self.tree.categories.values()} == self.parents
        found = [each for root in self.tree.children(None) for each in self.tree.subtree(root.id)]
        assert sorted(found) == sorted(self.parents)
        assert all(len(self.tree.path(each)) < MAXIMUM_DEPTH for each in found)


TestTrees = Trees.TestCase


def test_a_tree_has_room_for_so_many(table: Table) -> None:
    # The longest that there can be, and nothing in them that could be compressed: four bytes a character.
    chance = random.Random(1)  # names, no secrets
    letters = string.ascii_letters + string.digits
    ids = ["".join(chance.choices(letters, k=64)) for _ in range(MAXIMUM_CATEGORIES)]
    names = ["".join(map(chr, chance.choices(range(0x20000, 0x2A6D0), k=64))) for _ in ids]
    named = zip(ids, names, strict=True)
    categories = {each: Category(id=each, name=name, position=10**6) for each, name in named}
    full = CategoryTree(categories=categories, version=1)
    with pytest.raises(TreeFullError):
        full.put(Category(id="another", name="x"))
    change_tree(table, lambda tree: (full, _event(), None) if not tree.version else (tree, None, None))
    assert read_tree(table) == full


@given(st.text(max_size=20))
def test_who_stands_in_no_tree_is_alone(name: str) -> None:
    assert list(CategoryTree().subtree(name)) == [name]
