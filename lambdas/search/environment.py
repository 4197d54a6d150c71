"""The service's parts as its environment describes them, each made once a process, when first used.

Environment variables: `TABLE_NAME`, the service's table; `INDEX_BUCKET`, the index's bucket; the usual ones of AWS.
"""

from __future__ import annotations

import os
from functools import cache

from search.bucket import Bucket
from search.indexer import Indexer
from search.local_index import LocalIndex
from search.pointer import Pointer
from search.projection import Projection
from search.reader import Reader
from search.scratch import scratch_directory
from store.table import Table


@cache
def projection() -> Projection:
    """Give the projection."""
    return Projection(Table())


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


def _bucket() -> Bucket:
    return Bucket(os.environ["INDEX_BUCKET"])
