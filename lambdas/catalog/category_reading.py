"""The tree as it lies in the table. Knows nothing of pydantic: reads import it.

    CATEGORIES  TREE  version, and the categories as JSON text, compressed

It is one item, so that one condition holds for all of it. Two moves that together would make a cycle, or a move below
a category that is being deleted, are writes of one item: the second is made again from what the first one left, and
refused if it may not be.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict
from typing import cast

from catalog.category_tree import Category, CategoryTree
from store.operations import ABSENT, Put, version_is
from store.recent import Recent
from store.table import Table

PARTITION, TREE = "CATEGORIES", "TREE"

SEEN_SECONDS = 5.0
"""How long a listing of products goes by a tree that was read: a move is followed so much later."""

_seen: Recent[str, CategoryTree] = Recent(seconds=SEEN_SECONDS, most=1)


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
    return _seen.find(table.name, lambda: read_tree(table))


def written_tree(current: CategoryTree, tree: CategoryTree) -> Put:
    """Give the write that replaces a tree, if it is still the current one."""
    documents = [asdict(category) for category in tree.categories.values()]
    text = json.dumps(documents, separators=(",", ":"), ensure_ascii=False)
    item = {"pk": PARTITION, "sk": TREE, "version": tree.version, "categories": zlib.compress(text.encode())}
    return Put(item=item, condition=version_is(current.version) if current.version else ABSENT)
