"""The catalog's writes: product, SKU claims and event in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias, cast

from aws_lambda_powertools import Logger

from catalog.product import READ_ONLY_FIELDS, ProductInput
from catalog.publication import event_of_change
from catalog.record import (
    PRODUCT,
    ProductRecord,
    category_partition,
    listing_partition,
    product_key,
    shard_of,
)
from catalog.sku_claims import claim_changes, refuse_taken_skus
from edge.correlation import keys_of
from outbox.record import outbox_record
from store.contention import until_written
from store.operations import ABSENT, Item, Operation, Put, version_is
from store.table import Table

logger = Logger()

Precondition: TypeAlias = Callable[[int | None], None]
"""Given the version that the public API would show (None: no such product), raises unless the write may go on."""


@dataclass(frozen=True, kw_only=True)
class Saved:
    """The outcome of a write.

    Attributes:
        outcome: what the write did.
        version: the product's version now.
        document: the product now, JSON text.
    """

    outcome: Literal["created", "updated", "unchanged"]
    version: int
    document: str


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
            precondition(_shown_version(current))
            content = product.content()
            if _shown_version(current) is not None and _content(current) == content:
                return Saved(outcome="unchanged", version=current["version"], document=current["document"])
            if attempt:
                refuse_taken_skus(self._table, product.id, product.bought_as())
            record = _replacement(current, product, content)
            self._commit(current, record)
            outcome: Literal["created", "updated"] = "created" if _shown_version(current) is None else "updated"
            return Saved(outcome=outcome, version=record["version"], document=record["document"])

        return until_written(write, what=f"product {product.id}")

    def delete(self, product_id: str, *, precondition: Precondition) -> None:
        """Delete a product and free its SKUs; a tombstone keeps its version.

        Raises:
            ProductNotFoundError: when there is none.
            ThrottledError: as in ``save``.
        """

        def write(_attempt: int) -> None:
            current = self._load(product_id)
            shown = _shown_version(current)
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
            self._commit(current, tombstone)

        until_written(write, what=f"product {product_id}")

    def _load(self, product_id: str) -> ProductRecord:
        return cast(ProductRecord, self._table.get(product_key(product_id), PRODUCT, consistent=True) or {})

    def _commit(self, before: ProductRecord, after: ProductRecord) -> None:
        condition = version_is(before["version"]) if before else ABSENT
        product_id = after["pk"].partition("#")[2]
        operations: list[Operation] = [
            Put(item=cast(Item, after), condition=condition),
            *claim_changes(product_id, before=before.get("skus", []), after=after["skus"]),
        ]
        event = event_of_change(before, after, correlation_id=self._correlation_id)
        if event is not None:
            operations.append(outbox_record(event))
        self._table.transact(operations)
        if event is not None:
            about = {**keys_of(event.metadata), "detail_type": event.detail_type, "product_id": product_id}
            logger.info("event recorded", extra=about)


def _shown_version(record: ProductRecord) -> int | None:
    return record["version"] if record and record["status"] != "deleted" else None


def _content(record: ProductRecord) -> dict[str, object]:
    document: dict[str, object] = json.loads(record["document"])
    return {name: value for name, value in document.items() if name not in READ_ONLY_FIELDS}


def _replacement(current: ProductRecord, product: ProductInput, content: dict[str, object]) -> ProductRecord:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    was = json.loads(current["document"]) if _shown_version(current) is not None else {}
    skus = list(product.bought_as())
    version = current.get("version", 0) + 1
    document = {
        **content,
        "version": version,
        "skus": skus,
        "created_at": was.get("created_at", now),
        "updated_at": now,
    }
    record: ProductRecord = {
        "pk": product_key(product.id),
        "sk": PRODUCT,
        "version": version,
        "status": product.status,
        "document": json.dumps(document, separators=(",", ":"), ensure_ascii=False),
        "skus": skus,
        "published_shard": listing_partition(product.status, shard_of(product.id)),
        "published_key": product.id,
        "category_key": category_partition(product.status, product.category),
    }
    return record
