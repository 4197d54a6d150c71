"""What the other services must hear of a change."""

from __future__ import annotations

from catalog.record import ProductRecord
from contracts.envelope import DomainEvent
from contracts.model import Contract
from contracts.product_events import (
    ProductDeleted,
    ProductPublished,
    ProductRemoval,
    ProductSnapshot,
    ProductUnpublished,
)
from outbox.record import current_trace_header


def event_of_change(
    before: ProductRecord, after: ProductRecord, *, correlation_id: str
) -> DomainEvent[Contract] | None:
    """Give the event of a change, or None when it is nobody's business: a draft that stays one.

    Args:
        before: the product as it was; empty when it was not.
        after: the product, or its tombstone, as it is now.
        correlation_id: the id of the request that changed it.
    """
    trace_header = current_trace_header()
    if after["status"] == "published":
        snapshot = ProductSnapshot.model_validate_json(after["document"])
        return ProductPublished.of(snapshot, correlation_id=correlation_id, trace_header=trace_header)
    if after["status"] == "deleted":
        removal = _removal(before, version=after["version"])
        return ProductDeleted.of(removal, correlation_id=correlation_id, trace_header=trace_header)
    if before.get("status") == "published":
        removal = _removal(before, version=after["version"])
        return ProductUnpublished.of(removal, correlation_id=correlation_id, trace_header=trace_header)
    return None


def _removal(before: ProductRecord, *, version: int) -> ProductRemoval:
    return ProductRemoval(id=before["pk"].partition("#")[2], version=version, skus=tuple(before["skus"]))
