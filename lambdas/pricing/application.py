"""The application that all of pricing's routes belong to."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from edge.application import HttpApplication
from edge.entity_tag import strong_tag
from edge.response import json_response
from store.table import Table

application = HttpApplication()


@cache
def pricing_table() -> Table:
    """Give pricing's table, opened once a process."""
    return Table()


def stored(document: dict[str, object], *, version: int, created_at: str | None) -> Response[str]:
    """Give the answer to a write.

    Args:
        document: what is there now.
        version: of it.
        created_at: its address if it was not there before.
    """
    headers = {"ETag": strong_tag(version)}
    if created_at is None:
        return json_response(document, headers=headers)
    return json_response(document, status=HTTPStatus.CREATED, headers={**headers, "Location": created_at})
