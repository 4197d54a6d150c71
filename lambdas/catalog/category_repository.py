"""The tree in the table: one item, so that one condition holds for all of it.

    CATEGORIES  TREE  version, and the tree as JSON text, compressed

Two moves that together would make a cycle, or a move below a category that is being deleted, are writes of one item:
the second is made again from what the first one left, and refused if it may not be.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar, cast

from catalog.category_tree import Category, CategoryTree
from contracts.envelope import DomainEvent
from contracts.model import Contract
from outbox.record import outbox_record
from store.contention import until_written
from store.operations import ABSENT, Put, version_is
from store.table import Table

PARTITION, TREE = "CATEGORIES", "TREE"

SEEN_SECONDS = 5.0
"""How long a listing of products goes by a tree that was read: a move is followed so much later."""

ResultT = TypeVar("ResultT")

_seen: dict[str, tuple[float, CategoryTree]] = {}


def read_tree(table: Table) -> CategoryTree:
    """Give the tree as it is after every write so far."""
    found = table.get(PARTITION, TREE, consistent=True)
    if found is None:
        return CategoryTree()
    documents = json.loads(zlib.decompress(bytes(cast(bytes, found["categories"]))))
    categories = {document["id"]: Category(**document) for document in documents}
    return CategoryTree(categories=categories, version=cast(int, found["version"]))


def seen_tree(table: Table) -> CategoryTree:
    """Give the tree as it was at most some seconds ago."""
    now = time.monotonic()
    at, tree = _seen.get(table.name, (0.0, CategoryTree()))
    if not at or now - at > SEEN_SECONDS:
        tree = read_tree(table)
        _seen[table.name] = (now, tree)
    return tree


def change_tree(
    table: Table,
    change: Callable[[CategoryTree], tuple[CategoryTree, DomainEvent[Contract] | None, ResultT]],
) -> ResultT:
    """Write a change of the tree with its event, made again from the newest state when another writer was faster.

    Args:
        table: the catalog.
        change: gives the tree as it is to be, what others hear of it, and what to give back; None for no event leaves
            the tree. It may raise to refuse.

    Raises:
        ThrottledError: when too many write it.
    """

    def write(_attempt: int) -> ResultT:
        current = read_tree(table)
        tree, event, result = change(current)
        if event is not None:
            table.transact([_item(current, tree), outbox_record(event)])
            _seen.pop(table.name, None)
        return result

    return until_written(write, what="the categories")


def _item(current: CategoryTree, tree: CategoryTree) -> Put:
    documents = [asdict(category) for category in tree.categories.values()]
    text = json.dumps(documents, separators=(",", ":"), ensure_ascii=False)
    item = {"pk": PARTITION, "sk": TREE, "version": tree.version, "categories": zlib.compress(text.encode())}
    return Put(item=item, condition=version_is(current.version) if current.version else ABSENT)
