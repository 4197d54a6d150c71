"""The customers service's HTTP API: the routes of all its modules."""

from __future__ import annotations

from customers import address_routes, answer_routes, consent_routes, erasure_routes, export_routes, profile_routes
from customers.application import application as handler

__all__ = [
    "address_routes",
    "answer_routes",
    "consent_routes",
    "erasure_routes",
    "export_routes",
    "handler",
    "profile_routes",
]
