"""The services that keep personal data, each of which must answer before an export or an erasure is complete."""

from __future__ import annotations

SERVICES = ("cart", "checkout", "customers", "notifications", "orders", "pricing", "shipping")
"""Their names, in order. A test holds the list to what the stacks subscribe to."""
