"""What a merchant changes by a difference, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict, cast

from contracts.inventory_events import StockDelta
from inventory.record import move_stock, sku_key
from inventory.stock_events import stock_changed
from store.operations import ABSENT, Operation, Put
from store.table import Table

ADJUSTMENT = "ADJUSTMENT#"


class AdjustmentRecord(TypedDict):
    """An adjustment; its sort key orders by time."""

    pk: str
    sk: str
    id: str
    location: str
    delta: int
    reason: str
    created_at: str


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """Goods that broke, were lost, found or brought back, or a count that was wrong.

    Attributes:
        id: of the adjustment.
        sku: stock keeping unit.
        location: where.
        delta: how many more there are; negative for fewer.
        reason: why.
        created_at: when it was made.
    """

    id: str
    sku: str
    location: str
    delta: int
    reason: str
    created_at: datetime

    def document(self) -> dict[str, object]:
        """Give it as the API shows it."""
        return {
            "id": self.id,
            "sku": self.sku,
            "location": self.location,
            "delta": self.delta,
            "reason": self.reason,
            "created_at": _instant(self.created_at),
        }


class AdjustmentRepository:
    """Makes adjustments and lists them.

    Args:
        table: the inventory.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def make(
        self,
        adjustment: Adjustment,
        *,
        shards: Mapping[int, int] | None = None,
        also: Sequence[Put] = (),
        correlation_id: str,
    ) -> None:
        """Change the stock, and keep and tell why; all of it or nothing.

        Args:
            adjustment: what happened.
            shards: how much of it happens to each of the location's records; all of it to the first when left out.
            also: further writes of the transaction.
            correlation_id: of the request that asks for it.

        Raises:
            TransactionCanceledError: when the location has no record, fewer would be left than are reserved, or
                another writer was faster.
        """
        record: AdjustmentRecord = {
            "pk": sku_key(adjustment.sku),
            "sk": f"{ADJUSTMENT}{_instant(adjustment.created_at)}#{adjustment.id}",
            "id": adjustment.id,
            "location": adjustment.location,
            "delta": adjustment.delta,
            "reason": adjustment.reason,
            "created_at": _instant(adjustment.created_at),
        }
        change = StockDelta(sku=adjustment.sku, location=adjustment.location, on_hand=adjustment.delta, reserved=0)
        writes: list[Operation] = [
            *(
                move_stock(adjustment.sku, adjustment.location, shard=shard, on_hand=delta)
                for shard, delta in (shards or {0: adjustment.delta}).items()
            ),
            Put(item=cast("dict[str, object]", record), condition=ABSENT),
            stock_changed("adjusted", [change], reference=adjustment.id, correlation_id=correlation_id),
            *also,
        ]
        self._table.transact(writes)

    def newest(self, sku: str, *, before: str | None, limit: int) -> list[AdjustmentRecord]:
        """Give the records of a SKU's adjustments, newest first.

        Args:
            sku: whose.
            before: the sort key after which to go on; None to begin with the newest.
            limit: how many at most.
        """
        found = self._table.query(
            "pk = :pk AND begins_with(sk, :adjustment)",
            values={":pk": sku_key(sku), ":adjustment": ADJUSTMENT},
            limit=limit,
            start_after={"pk": sku_key(sku), "sk": before} if before else None,
            forward=False,
            consistent=True,
        )
        return cast("list[AdjustmentRecord]", found)


def read_adjustment(sku: str, record: AdjustmentRecord) -> Adjustment:
    """Give the adjustment of a record."""
    return Adjustment(
        id=record["id"],
        sku=sku,
        location=record["location"],
        delta=record["delta"],
        reason=record["reason"],
        created_at=datetime.fromisoformat(record["created_at"]),
    )


def _instant(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
