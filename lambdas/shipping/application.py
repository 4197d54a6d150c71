"""The application that all of shipping's routes belong to."""

from __future__ import annotations

from functools import cache

from edge.application import HttpApplication
from store.table import Table

SCOPE = "shipping/write"

application = HttpApplication()


@cache
def shipping_table() -> Table:
    """Give shipping's table, opened once a process."""
    return Table()
