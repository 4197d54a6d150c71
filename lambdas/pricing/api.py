"""Pricing's HTTP API: the routes of all its modules."""

from __future__ import annotations

from pricing import price_list_routes, promotion_routes, quote_routes, redemption_routes
from pricing.application import application as handler

__all__ = ["handler", "price_list_routes", "promotion_routes", "quote_routes", "redemption_routes"]
