"""`docs/cost.md`, made of what one order used and the price list; `python -m benchmarks.cost_page` writes it anew."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.price_list import ACCESS_LOG_BYTES, LOGGED_EVENTS, SAMPLED, PriceList, Use, billed, dollars, price_list
from local.places import CHECKOUT

USE = Path(__file__).parent / "data" / "use_of_one_order.json"
PAGE = CHECKOUT / "docs" / "cost.md"
ORDERS = 1_000_000
NOT_SEEN = "\N{EN DASH}"

TEMPLATE = Path(__file__).parent / "data" / "cost_page.md"


def render(use: Mapping[str, Any], prices: PriceList) -> str:
    """Give the page.

    Args:
        use: what `cost` measured.
        prices: the price list.
    """
    uses = [Use(**each) for each in use["uses"]]
    amounts = billed(uses)
    costs = dollars(amounts, prices, orders=ORDERS)
    return TEMPLATE.read_text().format(
        orders=use["orders"],
        measured=use["measured"],
        machine=use["machine"],
        region=prices.region,
        compiled=prices.compiled,
        total=f"{sum(costs.values()):,.0f}",
        by_service=_by_service(costs),
        units=_units(amounts, prices),
        tables=_tables(uses),
        price_list=_prices(prices),
        sources=_sources(prices),
        sampled=f"{SAMPLED:.0%}",
        access_log=ACCESS_LOG_BYTES,
        logged=f"{1 / LOGGED_EVENTS:.0f}th",
    )


def _by_service(costs: Mapping[tuple[str, str], float]) -> str:
    of_aws = _dearest_first({aws for _, aws in costs}, costs, position=1)
    services = _dearest_first({service for service, _ in costs}, costs, position=0)
    rows = [
        [_words(service), *(_dollars(costs.get((service, aws))) for aws in of_aws), _sum(costs, service, 0)]
        for service in services
    ]
    total = ["**all**", *(_sum(costs, aws, 1) for aws in of_aws), f"**{sum(costs.values()):,.0f}**"]
    return _table(["$", *of_aws, "all"], [*rows, total])


def _units(amounts: Mapping[tuple[str, str], float], prices: PriceList) -> str:
    totals: Counter[str] = Counter()
    for (_, measure), amount in amounts.items():
        totals[measure] += amount  # type: ignore[assignment]
    rows = [
        [price.service, price.unit, _amount(totals[measure]), f"{price.of(totals[measure] * ORDERS):,.2f}"]
        for measure, price in prices.prices.items()
        if totals[measure]
    ]
    return _table(["of", "what", "an order", "$ a million orders"], rows)


def _tables(uses: Iterable[Use]) -> str:
    units: dict[str, Counter[str]] = {}
    for use in uses:
        if use.measure in ("dynamodb_read_units", "dynamodb_write_units"):
            _, _, index = use.resource.partition("/")
            name = f"{_words(use.service)}, index `{index}`" if index else _words(use.service)
            units.setdefault(name, Counter())[use.measure] += use.amount  # type: ignore[assignment]
    rows = [
        [name, _amount(found["dynamodb_write_units"]), _amount(found["dynamodb_read_units"])]
        for name, found in sorted(units.items())
    ]
    return _table(["table", "write units", "read units"], rows)


def _prices(prices: PriceList) -> str:
    rows = [
        [
            price.service,
            price.unit,
            f"{price.usd:.10f}".rstrip("0").rstrip("."),
            f"{price.per:,}",
            price.verified or NOT_SEEN,
        ]
        for price in prices.prices.values()
    ]
    return _table(["of", "unit", "$", "for", "last seen"], rows)


def _sources(prices: PriceList) -> str:
    links = {price.service: price.source for price in prices.prices.values()}
    return ", ".join(f"[{service}]({source})" for service, source in sorted(links.items()))


def _dearest_first(names: Iterable[str], costs: Mapping[tuple[str, str], float], *, position: int) -> list[str]:
    def cost(name: str) -> float:
        return sum(amount for place, amount in costs.items() if place[position] == name)

    return sorted(names, key=lambda name: (-cost(name), name))


def _sum(costs: Mapping[tuple[str, str], float], name: str, position: int) -> str:
    return f"**{sum(amount for place, amount in costs.items() if place[position] == name):,.0f}**"


def _dollars(amount: float | None) -> str:
    if not amount:
        return ""
    return f"{amount:,.0f}" if amount >= 10 else f"{amount:,.1f}"


def _amount(amount: float) -> str:
    if amount >= 0.05:
        return f"{amount:,.1f}".removesuffix(".0")
    return f"{amount:.2g}" if amount else "0"


def _words(service: str) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in service).strip()
    return words.capitalize()


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---", *["---:"] * (len(heading) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write() -> None:
    """Write the page of what is kept."""
    PAGE.write_text(render(json.loads(USE.read_text()), price_list()))


if __name__ == "__main__":
    write()
