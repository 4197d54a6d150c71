"""The tree of categories in the service's table.

    CATEGORIES  TREE  version, settled, and the categories as JSON text, compressed

It is one small item, which a search reads every few seconds: so a category that moves, moves for all products at once.
"""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple
from typing import cast

from search.category_tree import Branch, CategoryTree
from store.contention import until_written
from store.errors import UnavailableError
from store.operations import ABSENT, Item, Put, version_is
from store.recent import Recent
from store.table import Table

_PK, _SK = "CATEGORIES", "TREE"

SEEN_SECONDS = 2.0
"""How long searches go by a tree that was read."""

_logger = logging.getLogger(__name__)


class CategoryRepository:
    """Reads and writes the tree. Safe to use from several threads.

    Args:
        table: the service's table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._recent = Recent[str, CategoryTree](seconds=SEEN_SECONDS, most=1)
        self._last: CategoryTree | None = None
        self._parsed = (0, CategoryTree())

    def seen(self) -> CategoryTree:
        """Give the tree as it was at most some seconds ago; as it was last seen, when the table does not answer."""
        try:
            self._last = self._recent.find(_PK, lambda: self._read(consistent=False)[0])
        except UnavailableError:
            if self._last is None:
                raise
            _logger.warning("searching by the categories as they were", exc_info=True)
        return self._last

    def change(self, changes: Sequence[tuple[str, Branch]]) -> bool:
        """Take in changes, in any order; say whether any was news. One read, and a write if so.

        Raises:
            ThrottledError: too many write it at once.
        """
        return self._write(lambda tree: tree.changed(changes))

    def replace(self, branches: Mapping[str, Branch], *, version: int) -> bool:
        """Take over a whole tree, as `CategoryTree.replaced` says.

        Raises:
            ThrottledError: too many write it at once.
        """
        return self._write(lambda tree: tree.replaced(branches, version=version))

    def _write(self, change: Callable[[CategoryTree], CategoryTree]) -> bool:
        def write(_attempt: int) -> bool:
            current, version = self._read(consistent=True)
            tree = change(current)
            if tree is current:
                return False
            branches = {category: astuple(branch) for category, branch in tree.branches.items()}
            text = json.dumps(branches, separators=(",", ":"), ensure_ascii=False)
            item = {
                "pk": _PK,
                "sk": _SK,
                "version": version + 1,
                "settled": tree.settled,
                "categories": zlib.compress(text.encode()),
            }
            self._table.write(Put(item=item, condition=version_is(version) if version else ABSENT))
            return True

        return until_written(write, what="the categories")

    def _read(self, *, consistent: bool) -> tuple[CategoryTree, int]:
        found = self._table.get(_PK, _SK, consistent=consistent)
        if found is None:
            return CategoryTree(), 0
        version = cast(int, found["version"])
        parsed = self._parsed
        if parsed[0] != version:
            parsed = self._parsed = version, _tree(found)
        return parsed[1], version


def _tree(item: Item) -> CategoryTree:
    known = json.loads(zlib.decompress(bytes(cast(bytes, item["categories"]))))
    branches = {
        category: Branch(version=version, name=name, parent=parent)
        for category, (version, name, parent) in known.items()
    }
    return CategoryTree(branches=branches, settled=cast(int, item["settled"]))
