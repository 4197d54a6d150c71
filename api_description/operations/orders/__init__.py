"""The operations of orders."""

from __future__ import annotations

from api_description.operations.orders import buyers, saga

OPERATIONS = [*buyers.OPERATIONS, *saga.OPERATIONS]
