"""A product as a merchant writes it, and what the catalog makes of it."""

from __future__ import annotations

from typing import Literal

from contracts.model import ReadOnly
from contracts.product import ProductDescription

READ_ONLY_FIELDS = ("version", "skus", "created_at", "updated_at")
MAXIMUM_PRODUCT_BYTES = 102_400
"""Largest product as JSON: its event must fit into one EventBridge entry, its item into DynamoDB."""


class ProductInput(ProductDescription):
    """The body of a write.

    Attributes:
        status: ``published`` is public; ``draft`` is the merchant's alone.
        version: read-only, like ``skus``, ``created_at`` and ``updated_at``: taken and ignored, so that what was
            read can be changed and sent back.
    """

    status: Literal["draft", "published"]
    version: ReadOnly
    skus: ReadOnly
    created_at: ReadOnly
    updated_at: ReadOnly

    def content(self) -> dict[str, object]:
        """Give what the merchant says, as plain JSON values; fields left out or null are absent."""
        return self.model_dump(mode="json", exclude_none=True)
