"""What the services say to each other: one class an event, and the only code that both know."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class OrderPlaced:
    """A customer placed an order.

    Attributes:
        order_id: The order.
        customer_id: Who placed it.
        total: What it costs, in minor units.
    """

    source: ClassVar[str] = "example.orders"
    detail_type: ClassVar[str] = "OrderPlaced"
    version: ClassVar[int] = 1

    order_id: str
    customer_id: str
    total: int
