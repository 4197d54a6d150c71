"""The service's parts as its environment describes them, each made once a process, when first used.

Environment variables: `TABLE_NAME`, the service's table; `INDEX_BUCKET`, the index's bucket; the usual ones of AWS.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from search.bucket import Bucket
from search.category_repository import CategoryRepository
from search.category_tree import CategoryTree
from search.indexer import Indexer
from search.local_index import LocalIndex
from search.pointer import Pointer
from search.projection import Projection
from search.reader import Reader
from search.scratch import scratch_directory
from store.table import Table

if TYPE_CHECKING:
    from search.rebuild_repository import RebuildRepository
    from search.rebuilding import Rebuilding


@cache
def projection() -> Projection:
    """Give the projection."""
    return Projection(Table())


@cache
def categories() -> CategoryRepository:
    """Give the tree of categories."""
    return CategoryRepository(Table())


def categories_seen() -> CategoryTree:
    """Give the tree of categories as it was a moment ago."""
    return categories().seen()


@cache
def indexer() -> Indexer:
    """Give the indexer, with a directory of its own."""
    bucket = _bucket()
    return Indexer(
        projection=projection(),
        pointer=Pointer(Table()),
        bucket=bucket,
        # It only ever needs the generation it starts from and those it finds when it loses a race.
        local=LocalIndex(scratch_directory(), bucket=bucket, capacity=2),
    )


@cache
def reader() -> Reader:
    """Give the reader, with a directory of its own."""
    return Reader(pointer=Pointer(Table()), local=LocalIndex(scratch_directory(), bucket=_bucket()))


@cache
def rebuilds() -> RebuildRepository:
    """Give the rebuilds."""
    # Searches know nothing of them, and would start slower if they did.
    from search.rebuild_repository import RebuildRepository

    return RebuildRepository(Table())


@cache
def rebuilding() -> Rebuilding:
    """Give what does rebuilds; the catalog is found by the variable `API_URL`."""
    from search.catalog_export import CatalogExport
    from search.rebuilding import Rebuilding

    return Rebuilding(
        rebuilds=rebuilds(),
        export=CatalogExport(),
        projection=projection(),
        categories=categories(),
        indexer=indexer(),
    )


def _bucket() -> Bucket:
    return Bucket(os.environ["INDEX_BUCKET"])
