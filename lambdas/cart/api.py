"""The cart's HTTP API: the routes of all its modules."""

from __future__ import annotations

from cart import cart_routes, checkout_routes, coupon_routes, item_routes
from cart.application import application as handler

__all__ = ["cart_routes", "checkout_routes", "coupon_routes", "handler", "item_routes"]
