"""The application that all of shipping's routes belong to."""

from __future__ import annotations

import re
from functools import cache

from edge.application import HttpApplication
from store.table import Table

SCOPE = "shipping/write"

_ID = re.compile(r"[A-Za-z0-9._~-]{1,64}\Z")

application = HttpApplication()


@cache
def shipping_table() -> Table:
    """Give shipping's table, opened once a process."""
    return Table()


def is_id(text: str) -> bool:
    """Say whether an order or a shipment can be called so."""
    return _ID.match(text) is not None
