"""How long a product and a search take through the whole local AWS, against a hello-world function behind the same API.

The storefront is deployed by the CDK CLI to a local AWS of its own. One client, one kept connection, each round asks
each route once.
"""

import http.client
import json
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from benchmarks.comparison import CannotMeasureError, Comparison, Result
from benchmarks.storefront import HELLO, deployed
from local.server import HOST

ROUNDS = 500
WARM_UPS = 50
BLOCK = 25
TARGET = 2.5
PRODUCT, SEARCH = "/v1/products/enamel-mug", "/v1/search?q=mug"
LONGEST_WAIT_SECONDS = 30.0


def measure(progress: Callable[[str], None]) -> Result:
    """Deploys a storefront, asks it, and stops it again.

    Args:
        progress: Told what is done now.

    Raises:
        CannotMeasureError: When it cannot be deployed or answers wrongly.
    """
    with deployed(progress) as aws:
        times = _ask(aws.api_url(), progress)
    return Result(
        title="latency: one client, one connection",
        lines=[
            Comparison(
                what=f"GET {what}, p{share * 100:.0f}",
                baseline=f"hello world, p{share * 100:.0f}",
                unit="ms",
                samples=times[path],
                baselines=times[HELLO],
                quantile=share,
                block=BLOCK,
                target=target,
            )
            for what, path, share, target in (
                ("/v1/products/{id}", PRODUCT, 0.5, TARGET),
                ("/v1/products/{id}", PRODUCT, 0.95, None),
                ("/v1/search?q=…", SEARCH, 0.5, None),
                ("/v1/search?q=…", SEARCH, 0.95, None),
            )
        ],
        notes=[f"{ROUNDS} rounds of the three requests in turn; the spread is of blocks of {BLOCK} rounds"],
    )


def _ask(url: str, progress: Callable[[str], None]) -> dict[str, list[float]]:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or HOST, address.port, timeout=LONGEST_WAIT_SECONDS)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    times: dict[str, list[float]] = {HELLO: [], PRODUCT: [], SEARCH: []}
    try:
        _wait_until_found(connection, address.path)
        for number in range(-WARM_UPS, ROUNDS):
            if number % BLOCK == 0:
                progress(f"{max(number, 0)} of {ROUNDS} rounds")
            for path, samples in times.items():
                milliseconds, _ = _get(connection, address.path + path)
                if number >= 0:
                    samples.append(milliseconds)
    finally:
        connection.close()
    return times


def _wait_until_found(connection: http.client.HTTPConnection, base: str) -> None:
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not json.loads(_get(connection, base + SEARCH)[1])["items"]:
        if time.monotonic() > deadline:
            raise CannotMeasureError("the demo catalog was loaded, but search does not find it after 30 s")
        time.sleep(0.2)


def _get(connection: http.client.HTTPConnection, path: str) -> tuple[float, bytes]:
    started = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    took = (time.perf_counter() - started) * 1000
    if answer.status != http.client.OK:
        raise CannotMeasureError(f"GET {path.partition('/v1')[1]}{path.rpartition('/')[2]} answered {answer.status}")
    return took, body
