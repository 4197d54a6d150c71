"""The copies in the service's table, kept up to date by the catalog's events.

    PRODUCT#<id>  HEARD  version, skus      the newest event about a product that was applied
    SKU#<sku>     COPY   product_id, version, updated_at, and what the service keeps

An event writes both in one transaction. Versions of a product only grow, so an event that is late, or comes again,
changes nothing. A SKU may move to another product, which has versions of its own; whichever was written last has it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TypedDict, cast

from contracts.product_events import ProductRemoval, ProductSnapshot
from store.contention import until_written
from store.operations import ABSENT, Condition, Delete, Item, Operation, Put, version_is
from store.table import Table

HEARD = "HEARD"
COPY = "COPY"

Copied = Callable[[ProductSnapshot, str], Item]
"""Gives what a service keeps of one SKU of a product."""


class _HeardRecord(TypedDict):
    version: int
    skus: list[str]


class _CopyRecord(TypedDict):
    product_id: str
    version: int
    updated_at: int


class ProductCopies:
    """Reads and writes the copies.

    Args:
        table: the service's.
        copied: gives what the service keeps of a SKU; its attributes stand beside ``product_id``, ``version`` and
            ``updated_at``.
    """

    def __init__(self, table: Table, *, copied: Copied) -> None:
        self._table = table
        self._copied = copied

    def find(self, skus: Collection[str]) -> dict[str, Item]:
        """Give what is kept of those of the SKUs that can be bought, by SKU; one read for each hundred."""
        found = self._table.get_many([(sku_key(sku), COPY) for sku in skus])
        return {str(item["pk"]).partition("#")[2]: item for item in found}

    def publish(self, product: ProductSnapshot) -> bool:
        """Take a product as it is now; say whether that was news.

        Raises:
            ThrottledError: when too many events are about the same SKUs at once.
        """
        copies = {
            sku: {
                "pk": sku_key(sku),
                "sk": COPY,
                "product_id": product.id,
                "version": product.version,
                "updated_at": _milliseconds(product.updated_at),
                **self._copied(product, sku),
            }
            for sku in product.skus
        }
        return self._apply(product.id, version=product.version, copies=copies)

    def remove(self, removal: ProductRemoval) -> bool:
        """Forget a product that cannot be bought any more; say whether that was news.

        Raises:
            ThrottledError: as in ``publish``.
        """
        return self._apply(removal.id, version=removal.version, copies={})

    def _apply(self, product_id: str, *, version: int, copies: Mapping[str, Item]) -> bool:
        def write(_attempt: int) -> bool:
            heard = cast(_HeardRecord | None, self._table.get(_product_key(product_id), HEARD, consistent=True))
            if heard and heard["version"] >= version:
                return False
            affected = sorted({*copies, *(heard["skus"] if heard else ())})
            known = self._known(affected)
            record = {"pk": _product_key(product_id), "sk": HEARD, "version": version, "skus": sorted(copies)}
            operations: list[Operation] = [
                Put(item=record, condition=version_is(heard["version"]) if heard else ABSENT)
            ]
            for sku in affected:
                operations += _change(sku, known.get(sku), copies.get(sku), product_id=product_id)
            self._table.transact(operations)
            return True

        return until_written(write, what=f"the copies of product {product_id}")

    def _known(self, skus: Sequence[str]) -> dict[str, _CopyRecord]:
        found = self._table.get_many([(sku_key(sku), COPY) for sku in skus], consistent=True)
        return {str(item["pk"]).partition("#")[2]: cast(_CopyRecord, item) for item in found}


def _change(sku: str, known: _CopyRecord | None, copy: Item | None, *, product_id: str) -> list[Operation]:
    if copy is None:
        if known is None or known["product_id"] != product_id:
            return []
        return [Delete(pk=sku_key(sku), sk=COPY, condition=_unchanged(known))]
    if known and known["product_id"] != product_id and known["updated_at"] > cast(int, copy["updated_at"]):
        return []
    return [Put(item=copy, condition=_unchanged(known))]


def _unchanged(known: _CopyRecord | None) -> Condition:
    if known is None:
        return ABSENT
    still = version_is(known["version"])
    return Condition(
        expression=f"{still.expression} AND product_id = :product_id",
        names=still.names,
        values={**still.values, ":product_id": known["product_id"]},
    )


def _product_key(product_id: str) -> str:
    return f"PRODUCT#{product_id}"


def sku_key(sku: str) -> str:
    """Give the partition of a SKU's copy."""
    return f"SKU#{sku}"


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
