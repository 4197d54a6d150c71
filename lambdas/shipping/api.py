"""Shipping's HTTP API: the routes of all its modules."""

from __future__ import annotations

from shipping import quote_routes, shipment_routes
from shipping.application import application as handler

__all__ = ["handler", "quote_routes", "shipment_routes"]
