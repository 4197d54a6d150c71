"""What writing a product changes, and the writes that make it so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias, cast

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
from catalog.sku_claims import claim_changes
from contracts.envelope import DomainEvent
from contracts.model import Contract
from outbox.record import outbox_record
from store.operations import ABSENT, Item, Operation, Put, version_is

Outcome: TypeAlias = Literal["created", "updated", "unchanged"]


@dataclass(frozen=True, kw_only=True)
class Saved:
    """The outcome of a write.

    Attributes:
        outcome: what the write did.
        version: the product's version now.
        document: the product now, JSON text.
    """

    outcome: Outcome
    version: int
    document: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """Writes of one transaction: they hold only if the product is as it was read.

    Attributes:
        operations: the writes; none when nothing changes.
        event: what others hear of it, if anything; it is among the writes.
    """

    operations: Sequence[Operation]
    event: DomainEvent[Contract] | None


def shown_version(record: ProductRecord) -> int | None:
    """Give the version that the public API would show; None when there is no such product, or no more."""
    return record["version"] if record and record["status"] != "deleted" else None


def change_to(current: ProductRecord, product: ProductInput, *, correlation_id: str) -> tuple[Saved, Change]:
    """Give what saving a product does, and how.

    Args:
        current: the product's item as it was read; empty when there is none.
        product: what it is to be.
        correlation_id: of the request, for the event.
    """
    content = product.content()
    if shown_version(current) is not None and _content(current) == content:
        saved = Saved(outcome="unchanged", version=current["version"], document=current["document"])
        return saved, Change(operations=(), event=None)
    record = _replacement(current, product, content)
    outcome: Outcome = "created" if shown_version(current) is None else "updated"
    saved = Saved(outcome=outcome, version=record["version"], document=record["document"])
    return saved, change_of(current, record, correlation_id=correlation_id)


def change_of(before: ProductRecord, after: ProductRecord, *, correlation_id: str) -> Change:
    """Give the writes that replace an item.

    Args:
        before: as it was read; empty when there is none.
        after: as it is to be.
        correlation_id: of the request, for the event.
    """
    condition = version_is(before["version"]) if before else ABSENT
    product_id = after["pk"].partition("#")[2]
    operations: list[Operation] = [
        Put(item=cast(Item, after), condition=condition),
        *claim_changes(product_id, before=before.get("skus", []), after=after["skus"]),
    ]
    event = event_of_change(before, after, correlation_id=correlation_id)
    if event is not None:
        operations.append(outbox_record(event))
    return Change(operations=operations, event=event)


# What documents lack that were written before these were known.
_LATER_FIELDS: dict[str, object] = {"options": [], "prices": []}


def _content(record: ProductRecord) -> dict[str, object]:
    document: dict[str, object] = json.loads(record["document"])
    return _LATER_FIELDS | {name: value for name, value in document.items() if name not in READ_ONLY_FIELDS}


def _replacement(current: ProductRecord, product: ProductInput, content: dict[str, object]) -> ProductRecord:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    was = json.loads(current["document"]) if shown_version(current) is not None else {}
    skus = list(product.bought_as())
    version = current.get("version", 0) + 1
    document = {
        **content,
        "version": version,
        "skus": skus,
        "created_at": was.get("created_at", now),
        "updated_at": now,
    }
    return {
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
