"""Who sees which order."""

from __future__ import annotations

from edge import problem
from edge.authorization import Principal
from edge.identifier import is_identifier
from edge.request import Request
from orders.order import Order
from orders.repository import OrderRepository

READ = "orders/read"
WRITE = "orders/write"


def may_see(principal: Principal, order: Order, *, scope: str) -> bool:
    """Say whether a caller may know of an order: a guest's is open to who knows its id, a customer's to that customer.

    Args:
        principal: who calls.
        order: of which order.
        scope: what lets a merchant in.
    """
    if order.customer_id is None or principal.may(scope):
        return True
    return principal.is_customer and principal.subject == order.customer_id


def find_visible(orders: OrderRepository, request: Request, order_id: str, *, scope: str) -> Order:
    """Give an order that the caller may know of.

    Raises:
        Problem: 404 when there is none, or the caller may not know of it.
    """
    order = orders.find(order_id) if is_identifier(order_id) else None
    if order is None or not may_see(request.principal, order, scope=scope):
        raise unknown(order_id)
    return order


def unknown(order_id: str) -> problem.Problem:
    """404: there is no such order, or it is another customer's."""
    return problem.not_found(f"there is no order {order_id[:64]!r}")
