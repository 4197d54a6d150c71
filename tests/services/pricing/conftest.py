from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import cast

import pytest

from pricing import tally_items
from store.table import Table
from tests.services.conftest import Indexes
from tests.services.http_client import Client, HttpHandler
from tests.services.key_server import KeyServer

ROUTES = {
    "POST /v1/prices/quotes": "iam",
    "GET /v1/promotions": "scopes pricing/write",
    "GET /v1/promotions/{code}": "scopes pricing/write",
    "PUT /v1/promotions/{code}": "scopes pricing/write",
    "GET /v1/promotions/{code}/uses": "scopes pricing/write",
    "PUT /v1/promotions/{code}/redemptions/{id}": "iam",
    "DELETE /v1/promotions/{code}/redemptions/{id}": "iam",
    "GET /v1/price-lists/{id}": "scopes pricing/write",
    "PUT /v1/price-lists/{id}": "scopes pricing/write",
}


@pytest.fixture
def table(new_table: Callable[[Indexes], Table]) -> Table:
    """Give a table of the test's own, with pricing's indexes."""
    return new_table(
        {
            "listed": ("listed", "listed_key"),
            "automatic": ("automatic", "automatic_key"),
            "customers": ("customer_key", "pk"),
            "emails": ("email_key", "pk"),
        }
    )


@pytest.fixture
def merchant(table: Table, issuer: KeyServer, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Give a client of the service's handler with a merchant's token."""
    from pricing import api, price_list_routes, promotion_routes, quote_routes, redemption_routes

    monkeypatch.setenv("ROUTE_ACCESS", json.dumps(ROUTES))
    for module in (price_list_routes, promotion_routes, quote_routes, redemption_routes):
        monkeypatch.setattr(module, "pricing_table", lambda: table)
    methods = ("GET", "PUT", "POST", "DELETE")
    handlers = cast(Mapping[str, HttpHandler], dict.fromkeys(methods, api.handler))
    return Client(handlers=handlers, token=issuer.token("pricing/write"))


@pytest.fixture
def few_tallies(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let a code without a limit be counted by few, so that they meet and are closed quickly."""
    monkeypatch.setattr(tally_items, "TALLIES", 5)
    return 5
