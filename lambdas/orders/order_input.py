"""What buyers and merchants ask of an order."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.email_address import EmailAddress
from contracts.model import Contract
from contracts.order import MAXIMUM_LINES, OrderedItem, Reason


class RejectionInput(Contract):
    """The body of a rejection.

    Attributes:
        reason: why the order comes to nothing.
    """

    reason: Reason


class CancellationInput(Contract):
    """The body of a cancellation; all of it may be left out.

    Attributes:
        reason: why the order is no longer wanted.
    """

    reason: Reason = "no longer wanted"


class LookupInput(Contract):
    """The body of a lookup.

    Attributes:
        number: of the order, written in any way.
        email: that the order was placed with.
    """

    number: Annotated[str, Field(min_length=1, max_length=40)]
    email: EmailAddress


class ReturnInput(Contract):
    """The body of a return.

    Attributes:
        items: what is sent back: 1 to 50, each SKU once.
        reason: why.
    """

    items: Annotated[tuple[OrderedItem, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_LINES)]
    reason: Reason

    @model_validator(mode="after")
    def _items_agree(self) -> Self:
        if len({item.sku for item in self.items}) < len(self.items):
            raise ValueError("two items have the same sku")
        return self
