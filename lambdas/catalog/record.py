"""How a product lies in the table. Knows nothing of pydantic: the read path imports it."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias, TypedDict

from store.shards import shard_number

LISTING_INDEX = "published"
"""Drafts came to it later, in partitions of their own; an index cannot be named anew without being made anew."""
CATEGORY_INDEX = "category"
SHARDS = 4
"""Partitions of the listing index for each status; each adds about 1,000 writes and 3,000 reads a second."""

ListedStatus: TypeAlias = Literal["draft", "published"]

PRODUCT = "PRODUCT"

# Longer than any category, so that none is called like the drafts of another.
_DRAFTS_OF = "drafts of ".ljust(201)

_PRODUCT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}\Z")


class ProductRecord(TypedDict, total=False):
    """A product's item; the last three attributes exist only while it is not deleted, so the indexes hold no other.

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


def shard_of(product_id: str) -> int:
    """Give the shard that a product lies in, ever the same for an id."""
    return shard_number(product_id, SHARDS)


def listing_partition(status: ListedStatus, shard: int) -> str:
    """Give the partition of the listing index that products of a status and shard lie in."""
    return str(shard) if status == "published" else f"draft-{shard}"


def category_partition(status: ListedStatus, category: str) -> str:
    """Give the partition of the category index that a category's products of a status lie in."""
    return category if status == "published" else _DRAFTS_OF + category
