"""From what was used to what AWS asks for it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PRICES = Path(__file__).parent / "data" / "aws_prices.json"
GIGABYTE = 1024**3

SAMPLED = 0.05
"""X-Ray's default rule records five traces of a hundred: https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html"""
LOGGED_EVENTS = 1 / 16
"""The mesh logs so many of all events, whole."""
ACCESS_LOG_BYTES = 600
"""About what a line of the API's access log takes: the emulator writes none."""


@dataclass(frozen=True, kw_only=True)
class Price:
    """What AWS asks for something.

    Attributes:
        measure: what is counted.
        service: of AWS.
        unit: one of what is counted, in words.
        usd: dollars for so many of it.
        per: how many.
        source: the page that says so.
        verified: when that was seen last, RFC 3339; None when it was not.
    """

    measure: str
    service: str
    unit: str
    usd: float
    per: int
    source: str
    verified: str | None

    def of(self, amount: float) -> float:
        """Give the dollars for an amount."""
        return amount * self.usd / self.per


@dataclass(frozen=True, kw_only=True)
class PriceList:
    """Prices of one region.

    Attributes:
        region: of AWS.
        compiled: when they were put together, RFC 3339.
        prices: by measure.
    """

    region: str
    compiled: str
    prices: Mapping[str, Price]


def price_list(path: Path = PRICES) -> PriceList:
    """Read the price list that is kept with the benchmarks."""
    document = json.loads(path.read_text())
    prices = [Price(**price) for price in document["prices"]]
    return PriceList(
        region=document["region"],
        compiled=document["compiled"],
        prices={price.measure: price for price in prices},
    )


@dataclass(frozen=True, kw_only=True)
class Use:
    """What one purchase used of something.

    Attributes:
        service: of the storefront.
        resource: its table, index, function, queue or workflow.
        measure: what was counted.
        amount: how much, for one order.
    """

    service: str
    resource: str
    measure: str
    amount: float


def billed(uses: Iterable[Use]) -> Counter[tuple[str, str]]:
    """Give what is billed, by the storefront's service and the price list's measure.

    Args:
        uses: as the local AWS counted it.
    """
    amounts: Counter[tuple[str, str]] = Counter()
    for use in uses:
        for measure, amount in _as_billed(use.measure, use.amount):
            amounts[use.service, measure] += amount  # type: ignore[assignment]
    return amounts


def _as_billed(measure: str, amount: float) -> Iterable[tuple[str, float]]:
    if measure == "lambda_megabyte_milliseconds":
        return [("lambda_gb_seconds", amount / 1024 / 1000)]
    if measure == "lambda_milliseconds":
        return []
    if measure == "log_bytes":
        return [("log_gb", amount / GIGABYTE)]
    if measure == "event_bytes":
        return [("archived_gb", amount / GIGABYTE), ("log_gb", amount * LOGGED_EVENTS / GIGABYTE)]
    if measure == "lambda_requests":
        # Not every invocation begins a trace of its own, so this is the most it can be.
        return [(measure, amount), ("xray_traces", amount * SAMPLED)]
    if measure == "http_api_requests":
        return [(measure, amount), ("log_gb", amount * ACCESS_LOG_BYTES / GIGABYTE)]
    return [(measure, amount)]


def dollars(
    amounts: Mapping[tuple[str, str], float], prices: PriceList, *, orders: int
) -> dict[tuple[str, str], float]:
    """Give what so many orders cost, by the storefront's service and AWS's.

    Args:
        amounts: what one order uses, as `billed` gives it.
        prices: the price list.
        orders: how many.
    """
    costs: dict[tuple[str, str], float] = {}
    for (service, measure), amount in amounts.items():
        price = prices.prices[measure]
        place = (service, price.service)
        costs[place] = costs.get(place, 0.0) + price.of(amount * orders)
    return costs
