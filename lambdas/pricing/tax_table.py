"""Which tax a destination asks for, from ``tax_rates.json``, where sources and date stand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

from pricing.tax import UNTAXED, TaxRule

_FILE = Path(__file__).with_name("tax_rates.json")


class _ValueAddedTax(TypedDict):
    countries: Mapping[str, int]
    postal_codes: Mapping[str, Mapping[str, int]]


class _State(TypedDict):
    name: str
    rate: int
    on_shipping: bool


class _Rates(TypedDict):
    value_added_tax: _ValueAddedTax
    sales_tax: Mapping[str, Mapping[str, _State]]


def tax_rule(country: str, *, region: str | None = None, postal_code: str | None = None) -> TaxRule:
    """Give how a destination taxes what is sold to it.

    Args:
        country: ISO 3166-1 alpha-2 code.
        region: of the United States, the state by its code (``CA``, ``US-CA``) or its English name.
        postal_code: tells the places of a country that have a rate of their own.

    Returns:
        ``UNTAXED`` for whatever the table does not know.
    """
    rates = _rates()
    if country in rates["value_added_tax"]["countries"]:
        rate = _value_added_tax(rates["value_added_tax"], country, postal_code or "")
        return TaxRule(rate=rate, included=True, on_shipping=True)
    if country == "US" and (state := _states().get(_plain(region or "").removeprefix("us-"))):
        return TaxRule(rate=state["rate"], included=False, on_shipping=state["on_shipping"])
    return UNTAXED


def _value_added_tax(tax: _ValueAddedTax, country: str, postal_code: str) -> int:
    places = tax["postal_codes"].get(country, {})
    code = postal_code.replace(" ", "").replace("-", "")
    for length in range(len(code), 0, -1):
        if code[:length] in places:
            return places[code[:length]]
    return tax["countries"][country]


@cache
def _rates() -> _Rates:
    return cast(_Rates, json.loads(_FILE.read_text(encoding="utf-8")))


@cache
def _states() -> Mapping[str, _State]:
    states = _rates()["sales_tax"]["US"]
    return {_plain(name): state for code, state in states.items() for name in (code, state["name"])}


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
