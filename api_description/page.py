"""Pages of lists."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import Field

from contracts.model import Contract

ItemT = TypeVar("ItemT")


class Page(Contract, Generic[ItemT]):
    """A page of a list. A subclass gives it a name: ``class ProductPage(Page[Product])``.

    Attributes:
        items: in the list's order, at most as many as ``limit`` says.
        next: where the next page begins, to be sent as ``cursor``; null on the last page.
    """

    items: list[ItemT] = Field(max_length=100)
    next: str | None
