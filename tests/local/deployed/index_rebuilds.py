"""Rebuilds of the deployed search index, as the account asks for them."""

from http import HTTPStatus
from typing import Any

from tests.local.deployed.storefront import Storefront

COMPLETED_SECONDS = 240
"""Of a machine that is busy; alone it takes a few."""


def ask_for_rebuild(storefront: Storefront) -> str:
    """Asks for a rebuild; gives its path."""
    path = f"/v1/search/rebuilds/{storefront.new_id('rebuild')}"
    asked = storefront.account.put(path)
    assert (asked.status_code, asked.headers["retry-after"]) == (HTTPStatus.ACCEPTED, "2")
    return path


def complete(storefront: Storefront, path: str) -> dict[str, Any]:
    """Waits until a rebuild has ended, and gives it."""
    storefront.eventually(
        lambda: storefront.account.get(path).json()["finished_at"] is not None, within_seconds=COMPLETED_SECONDS
    )
    ended: dict[str, Any] = storefront.account.get(path).json()
    assert (ended["status"], ended["problem"]) == ("completed", None)
    return ended
