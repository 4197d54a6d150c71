"""Whether reads and cart calls stay as fast with a hundred times as many products and open carts.

Two storefronts run side by side, one small, one large, and each request goes to both in turn: whatever else the machine
does hits both.
"""

import http.client
import json
import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from urllib.parse import quote, urlsplit

from benchmarks.comparison import CannotMeasureError, Comparison, Result
from benchmarks.many_products import LINES, product_body, queries
from benchmarks.storefront import deployed, environment_of, run_services
from local.aws import LocalAws
from local.server import HOST

PRODUCTS = {"small": 1_000, "large": 100_000}
CARTS = {"small": 10, "large": 1_000}
ROUNDS = 300
WARM_UPS = 30
BLOCK = 25
TARGET = 1.2
LONGEST_WAIT_SECONDS = 120.0
LONGEST_LOAD_SECONDS = 1800.0

_TABLES = {"CATALOG": "Catalog", "CART": "Cart", "PRICING": "Pricing", "SEARCH": "Search"}


def measure(progress: Callable[[str], None]) -> Result:
    """Fills two storefronts, one with a hundred times as much as the other, and asks both the same.

    Args:
        progress: Told what is done now.

    Raises:
        CannotMeasureError: When one cannot be deployed, filled or asked.
    """
    with ExitStack() as storefronts:
        sides: dict[str, _Side] = {}
        for name in PRODUCTS:
            tell = _prefixed(progress, name)
            aws = storefronts.enter_context(deployed(tell))
            carts = _load(aws, PRODUCTS[name], CARTS[name], tell)
            sides[name] = _Side(aws, products=PRODUCTS[name], carts=carts)
        times = _ask(sides, progress)
    return Result(
        title="growth: 100 times as many products and open carts",
        lines=[
            Comparison(
                what=f"{what}, p50",
                baseline=f"with {PRODUCTS['small']:,} and {CARTS['small']}",
                unit="ms",
                samples=times["large"][what],
                baselines=times["small"][what],
                block=BLOCK,
                target=TARGET,
            )
            for what in times["large"]
        ],
        notes=[
            f"{PRODUCTS['large']:,} products and {CARTS['large']:,} carts of {LINES} items; {ROUNDS} rounds, each "
            "request to both storefronts in turn",
        ],
    )


def _prefixed(progress: Callable[[str], None], name: str) -> Callable[[str], None]:
    return lambda words: progress(f"{name}: {words}")


@dataclass(frozen=True, kw_only=True)
class _Request:
    method: str
    path: str
    body: str | None = None


class _Side:
    """One of the storefronts: its products, its carts and a connection."""

    def __init__(self, aws: LocalAws, *, products: int, carts: list[str]) -> None:
        address = urlsplit(aws.api_url())
        self._address, self._base, self._products, self._carts = address, address.path, products, carts
        self.connection = self._connect()
        self._wait_until_found()

    def _connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(
            self._address.hostname or HOST, self._address.port, timeout=LONGEST_WAIT_SECONDS
        )
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def reconnect(self) -> None:
        """Begin with a new connection: the server ends one that was idle while the other storefront was deployed."""
        self.connection.close()
        self.connection = self._connect()

    def _wait_until_found(self) -> None:
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        last = f"/v1/search?q={self._products - 1}"
        while not self.ask(_Request(method="GET", path=last))[1]["items"]:
            if time.monotonic() > deadline:
                raise CannotMeasureError("search does not find what was loaded")
            time.sleep(0.5)

    def requests(self, chance: random.Random, words: str) -> dict[str, _Request]:
        """One request of each kind, about any product and any cart."""
        number, cart = chance.randrange(self._products), chance.choice(self._carts)
        page = self._products // 2
        return {
            "GET /v1/products/{id}": _Request(method="GET", path=f"/v1/products/grown-{number}"),
            "GET /v1/products": _Request(method="GET", path="/v1/products?limit=20"),
            "GET /v1/products?category": _Request(
                method="GET", path=f"/v1/products?category={product_body(page)['category']}&limit=20"
            ),
            # One product of those found, or the large storefront's answer would be longer.
            "GET /v1/search, three words": _Request(method="GET", path=f"/v1/search?q={quote(words)}&limit=1"),
            "GET /v1/carts/{id}": _Request(method="GET", path=f"/v1/carts/{cart}"),
            "PUT /v1/carts/{id}/items/{sku}": _Request(
                method="PUT",
                path=f"/v1/carts/{cart}/items/grown-{self._item(cart)}",
                body=json.dumps({"quantity": chance.randint(1, 9)}),
            ),
        }

    def _item(self, cart: str) -> int:
        return self._carts.index(cart) * LINES % self._products

    def ask(self, request: _Request) -> tuple[float, dict[str, Any]]:
        """Give how long the answer took, in milliseconds, and the answer."""
        headers = {"Content-Type": "application/json"} if request.body else {}
        started = time.perf_counter()
        self.connection.request(request.method, self._base + request.path, request.body, headers)
        answer = self.connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - started) * 1000
        if answer.status >= http.client.BAD_REQUEST:
            raise CannotMeasureError(f"{request.method} {request.path} answered {answer.status}: {body.decode()}")
        document: dict[str, Any] = json.loads(body)
        return took, document


def _ask(sides: dict[str, _Side], progress: Callable[[str], None]) -> dict[str, dict[str, list[float]]]:
    chance, words = random.Random(1), cycle(queries(PRODUCTS["small"]))  # noqa: S311  # spreads requests, keeps no secret
    times: dict[str, dict[str, list[float]]] = {name: {} for name in sides}
    for side in sides.values():
        side.reconnect()
    for number in range(-WARM_UPS, ROUNDS):
        if number % BLOCK == 0:
            progress(f"{max(number, 0)} of {ROUNDS} rounds")
        text = next(words)
        requests = {name: side.requests(chance, text) for name, side in sides.items()}
        for what in requests["small"]:
            for name in _in_turn(number):
                took, _ = sides[name].ask(requests[name][what])
                if number >= 0:
                    times[name].setdefault(what, []).append(took)
    return times


def _in_turn(number: int) -> Iterator[str]:
    yield from ("small", "large") if number % 2 else ("large", "small")


def _load(aws: LocalAws, products: int, carts: int, progress: Callable[[str], None]) -> list[str]:
    """Write what a storefront holds; give the carts' ids."""
    names = {name: environment_of(aws, stack, "TABLE_NAME")["TABLE_NAME"] for name, stack in _TABLES.items()}
    names["INDEX_BUCKET"] = environment_of(aws, "Search", "INDEX_BUCKET")["INDEX_BUCKET"]
    progress(f"writing {products} products")
    written = run_services(aws, "many_products", products, carts, variables=names, longest_seconds=LONGEST_LOAD_SECONDS)
    ids: list[str] = json.loads(written)
    return ids
