"""How many checkouts a second the local AWS takes from some clients at once, and how long they last.

The baseline is a hello-world function behind the same API, asked by as many clients.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from benchmarks.comparison import Amount, Comparison, Result
from benchmarks.purchase import BASKET, Shopper
from benchmarks.storefront import HELLO, deployed
from local.aws import LocalAws

CLIENTS = 8
ROUNDS = 12
WARM_UPS = 2
HELLOS = 40
"""Hello-world requests of each client in a round."""
STOCK = 100_000
POLL_SECONDS = 0.1


def measure(progress: Callable[[str], None]) -> Result:
    """Buys and says hello in turn, with as many clients.

    Args:
        progress: Told what is done now.

    Raises:
        CannotMeasureError: When the storefront cannot be deployed, or a checkout does not complete.
    """
    checkouts: list[float] = []
    hellos: list[float] = []
    took: dict[str, list[float]] = {"checkouts": [], "hellos": []}
    with deployed(progress) as aws:
        shoppers = [Shopper(aws, BASKET) for _ in range(CLIENTS)]
        visitors = [httpx.Client(base_url=aws.api_url(), timeout=60) for _ in range(CLIENTS)]
        shoppers[0].stock(STOCK)
        shoppers[0].wait_until_sold()
        with ThreadPoolExecutor(CLIENTS) as clients:
            for number in range(-WARM_UPS, ROUNDS):
                progress(f"round {max(number, 0)} of {ROUNDS}")
                carts = list(clients.map(Shopper.fill_cart, shoppers))
                started = time.perf_counter()
                bought = list(clients.map(_check_out, shoppers, carts))
                between = time.perf_counter()
                greeted = [each for client in clients.map(_say_hello, visitors) for each in client]
                ended = time.perf_counter()
                if number >= 0:
                    checkouts += bought
                    hellos += greeted
                    took["checkouts"].append((between - started) * 1000 / CLIENTS)
                    took["hellos"].append((ended - between) * 1000 / (CLIENTS * HELLOS))
                _let_rest(aws)
        for shopper, visitor in zip(shoppers, visitors, strict=True):
            shopper.close()
            visitor.close()
    return Result(
        title=f"checkouts: {CLIENTS} clients at once",
        lines=[
            Comparison(
                what="time for one checkout",
                baseline="for a hello world",
                unit="ms",
                samples=took["checkouts"],
                baselines=took["hellos"],
            ),
            Amount(what="checkouts a second", unit="/s", samples=[1000 / each for each in took["checkouts"]]),
            Amount(what="hello worlds a second", unit="/s", samples=[1000 / each for each in took["hellos"]]),
            *(_duration(checkouts, hellos, share) for share in (0.5, 0.99)),
        ],
        notes=[
            f"{ROUNDS} rounds: each client checks out once and says hello {HELLOS} times; carts are filled before, and "
            "what the events of an order bring about runs meanwhile",
        ],
    )


def _duration(checkouts: list[float], hellos: list[float], share: float) -> Comparison:
    return Comparison(
        what=f"until a checkout is completed, p{share * 100:.0f}",
        baseline=f"hello world, p{share * 100:.0f}",
        unit="ms",
        samples=checkouts,
        baselines=hellos,
        quantile=share,
        block=len(checkouts),
    )


def _check_out(shopper: Shopper, cart: str) -> float:
    started = time.perf_counter()
    shopper.check_out(cart, poll_seconds=POLL_SECONDS)
    return (time.perf_counter() - started) * 1000


def _say_hello(visitor: httpx.Client) -> list[float]:
    samples = []
    for _ in range(HELLOS):
        started = time.perf_counter()
        visitor.get(HELLO).raise_for_status()
        samples.append((time.perf_counter() - started) * 1000)
    return samples


def _let_rest(aws: LocalAws) -> None:
    """What events of a round bring about is not to slow the next one down."""
    httpx.get(aws.api_url() + HELLO)
    time.sleep(2)
