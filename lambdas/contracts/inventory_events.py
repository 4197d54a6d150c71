"""The events of the inventory."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.envelope import DomainEvent
from contracts.model import Contract, Identifier

MAXIMUM_CHANGES = 100

StockChangeReason = Literal[
    "counted",
    "reserved",
    "released",
    "committed",
    "adjusted",
    "order-cancelled",
    "order-returned",
]
"""What happened: a merchant counted or adjusted, an order's stock was held, let go or taken, or came back."""


class StockDelta(Contract):
    """How the stock of a SKU in one location changed.

    Attributes:
        sku: stock keeping unit.
        location: where.
        on_hand: how many more there are; negative for fewer.
        reserved: how many more are promised; negative for fewer.
    """

    sku: Identifier
    location: Identifier
    on_hand: int
    reserved: int


class StockChanges(Contract):
    """What one write changed.

    Differences, not levels: they sum up to the stock in whatever order they arrive, while levels would make writers of
    one SKU wait for each other.

    Attributes:
        reason: what happened.
        reference: the reservation, adjustment, order or return that it happened for; None for a count.
        changes: each SKU and location once.
    """

    reason: StockChangeReason
    reference: Identifier | None
    changes: Annotated[tuple[StockDelta, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_CHANGES)]


class LowStock(Contract):
    """A SKU that is running out.

    Attributes:
        sku: stock keeping unit.
        available: how many could be promised when it was seen, over all locations.
        low_stock_at: the merchant's threshold; ``available`` is at it or below.
    """

    sku: Identifier
    available: int
    low_stock_at: Annotated[int, Field(ge=0)]


class StockChanged(DomainEvent[StockChanges]):
    """Stock was counted, adjusted, held, let go, taken or brought back."""

    source: ClassVar[str] = "storefront.inventory"
    detail_type: ClassVar[str] = "StockChanged"


class StockLow(DomainEvent[LowStock]):
    """A SKU fell to its threshold. Said once until it has been above it again."""

    source: ClassVar[str] = "storefront.inventory"
    detail_type: ClassVar[str] = "StockLow"
