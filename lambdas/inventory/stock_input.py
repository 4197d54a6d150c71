"""What a merchant says of a SKU's stock."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from contracts.model import Contract

MAXIMUM_ON_HAND = 1_000_000_000


class StockInput(Contract):
    """The body of a write.

    Attributes:
        on_hand: how many are in the warehouse, those reserved for orders included: 0 to 1,000,000,000.
    """

    on_hand: Annotated[int, Field(ge=0, le=MAXIMUM_ON_HAND)]
