"""What is bought, and for how much before discounts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Line:
    """One SKU with its price.

    Attributes:
        sku: stock keeping unit, once in an order.
        product_id: of the product that it belongs to.
        name: what customers are told.
        category: the product's.
        quantity: 1 or more.
        unit_price: of one, in minor units.
    """

    sku: str
    product_id: str
    name: str
    category: str
    quantity: int
    unit_price: int

    @property
    def subtotal(self) -> int:
        """The price of all."""
        return self.unit_price * self.quantity
