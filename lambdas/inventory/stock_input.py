"""What a merchant says of a SKU's stock."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from contracts.model import Contract, Identifier
from inventory.stock import DEFAULT_LOCATION, MAXIMUM_ON_HAND

OnHand = Annotated[int, Field(ge=0, le=MAXIMUM_ON_HAND)]
"""How many are in the warehouse, those reserved for orders included: 0 to 1,000,000,000."""

MAXIMUM_DELTA = 1_000_000


class BackorderInput(Contract):
    """Whether more may be promised than there are.

    Attributes:
        limit: how many more: 0 to 1,000,000.
    """

    limit: Annotated[int, Field(ge=0, le=1_000_000)]


class StockInput(Contract):
    """The body of a count. What is left out, besides ``on_hand``, stays as it is.

    Attributes:
        on_hand: how many are in the default location.
        backorder: back-orders; None ends them.
        low_stock_at: at how many the merchant wants to hear of it: 0 to 1,000,000,000; None for never.
    """

    on_hand: OnHand
    backorder: BackorderInput | None = None
    low_stock_at: Annotated[int, Field(ge=0, le=MAXIMUM_ON_HAND)] | None = None


class LocationInput(Contract):
    """The body of a count of one location."""

    on_hand: OnHand


def _not_nothing(delta: int) -> int:
    if delta == 0:
        raise ValueError("must not be 0")
    return delta


class AdjustmentInput(Contract):
    """The body of an adjustment.

    Attributes:
        delta: how many more there are, negative for fewer: 1 to 1,000,000 either way.
        reason: why.
        location: where.
    """

    delta: Annotated[int, Field(ge=-MAXIMUM_DELTA, le=MAXIMUM_DELTA), AfterValidator(_not_nothing)]
    reason: Literal["damaged", "lost", "found", "returned", "correction"]
    location: Identifier = DEFAULT_LOCATION
