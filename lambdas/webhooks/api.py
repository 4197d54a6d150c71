"""The webhooks service's HTTP API: the routes of all its modules."""

from __future__ import annotations

from webhooks import delivery_routes, webhook_routes
from webhooks.application import application as handler

__all__ = ["delivery_routes", "handler", "webhook_routes"]
