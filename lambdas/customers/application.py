"""The application that all of the customers service's routes belong to."""

from __future__ import annotations

from functools import cache

from edge.application import HttpApplication
from edge.request import Request
from store.table import Table

application = HttpApplication()


@cache
def customers_table() -> Table:
    """Give the service's table, opened once a process."""
    return Table()


def customer_of(request: Request) -> str:
    """Give the id of the customer who calls a route that is for customers alone."""
    subject = request.principal.subject
    assert subject is not None, "the route must be declared customer=True"  # noqa: S101  # a mistake of the stack
    return subject
