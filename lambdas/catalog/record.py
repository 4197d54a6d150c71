"""How a product lies in the table. Knows nothing of pydantic: the read path imports it."""

from __future__ import annotations

import re
import zlib
from typing import Literal, TypedDict

PUBLISHED_INDEX = "published"
CATEGORY_INDEX = "category"
SHARDS = 4
"""Partitions of the index of all published products; each adds about 1,000 writes and 3,000 reads a second."""

PRODUCT = "PRODUCT"

_PRODUCT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}\Z")


class ProductRecord(TypedDict, total=False):
    """A product's item; the last three attributes exist only while it is published, so the indexes hold no other.

    Attributes:
        status: ``deleted`` is a tombstone: it keeps the version growing when the id is used again.
        document: the product as the API gives it, JSON text: a read passes it on as it is.
        skus: the SKUs that the product has claimed.
    """

    pk: str
    sk: str
    version: int
    status: Literal["draft", "published", "deleted"]
    document: str
    skus: list[str]
    published_shard: str
    published_key: str
    category_key: str


def product_key(product_id: str) -> str:
    """Give the partition key of a product."""
    return f"PRODUCT#{product_id}"


def is_product_id(text: str) -> bool:
    """Say whether any product can have that id."""
    return _PRODUCT_ID.match(text) is not None


def shard_of(product_id: str) -> str:
    """Give the partition of the published index that a product lies in, ever the same for an id."""
    return str(zlib.crc32(product_id.encode()) % SHARDS)
