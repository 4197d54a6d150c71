"""The catalog's writes: product, SKU claims and event in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

from aws_lambda_powertools import Logger

from catalog.product import ProductInput
from catalog.product_change import Change, Saved, change_of, change_to, shown_version
from catalog.record import PRODUCT, ProductRecord, product_key
from catalog.sku_claims import refuse_taken_skus
from edge.correlation import keys_of
from store.contention import until_written
from store.table import Table

logger = Logger()

Precondition: TypeAlias = Callable[[int | None], None]
"""Given the version that the public API would show (None: no such product), raises unless the write may go on."""


class ProductNotFoundError(Exception):
    """There is no such product, or it is deleted."""


class ProductRepository:
    """Writes products.

    Every write holds only if the product is still as it was read; when another writer was faster it is made again from
    what that one left, ten times at most.

    Args:
        table: the catalog.
        correlation_id: the id of the request, for the events.
    """

    def __init__(self, table: Table, *, correlation_id: str) -> None:
        self._table = table
        self._correlation_id = correlation_id

    def save(self, product: ProductInput, *, precondition: Precondition) -> Saved:
        """Create or replace a product.

        Raises:
            SkuTakenError: when another product owns one of its SKUs.
            ThrottledError: when too many writers want the same product.
        """

        def write(attempt: int) -> Saved:
            current = self._load(product.id)
            precondition(shown_version(current))
            saved, change = change_to(current, product, correlation_id=self._correlation_id)
            if change.operations:
                if attempt:
                    refuse_taken_skus(self._table, product.id, product.bought_as())
                self._commit(product.id, change)
            return saved

        return until_written(write, what=f"product {product.id}")

    def delete(self, product_id: str, *, precondition: Precondition) -> None:
        """Delete a product and free its SKUs; a tombstone keeps its version.

        Raises:
            ProductNotFoundError: when there is none.
            ThrottledError: as in ``save``.
        """

        def write(_attempt: int) -> None:
            current = self._load(product_id)
            shown = shown_version(current)
            precondition(shown)
            if shown is None:
                raise ProductNotFoundError(product_id)
            tombstone: ProductRecord = {
                "pk": product_key(product_id),
                "sk": PRODUCT,
                "version": shown + 1,
                "status": "deleted",
                "skus": [],
            }
            self._commit(product_id, change_of(current, tombstone, correlation_id=self._correlation_id))

        until_written(write, what=f"product {product_id}")

    def _load(self, product_id: str) -> ProductRecord:
        return cast(ProductRecord, self._table.get(product_key(product_id), PRODUCT, consistent=True) or {})

    def _commit(self, product_id: str, change: Change) -> None:
        self._table.transact(change.operations)
        if (event := change.event) is not None:
            about = {**keys_of(event.metadata), "detail_type": event.detail_type, "product_id": product_id}
            logger.info("event recorded", extra=about)
