"""The application that all of the webhooks service's routes belong to."""

from __future__ import annotations

from functools import cache

from edge import problem
from edge.application import HttpApplication
from edge.request import Request
from store.table import Table
from webhooks.webhook import Webhook
from webhooks.webhook_repository import WebhookRepository

application = HttpApplication()


@cache
def webhooks_table() -> Table:
    """Give the service's table, opened once a process."""
    return Table()


def owner_of(request: Request) -> str:
    """Give whose webhooks are spoken of: the app client's that calls."""
    return request.principal.client_id or ""


def require_webhook(request: Request, id: str) -> Webhook:
    """Give the caller's webhook of an id in a path.

    Raises:
        Problem: 404 when there is none, or it is another client's.
    """
    found = WebhookRepository(webhooks_table()).find(id)
    if found is None or found["owner"] != owner_of(request):
        raise problem.not_found(f"there is no webhook {id[:64]!r}")
    return found
