"""The tariff, from ``rates.json``: zones, options and prices by weight."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict, cast

_FILE = Path(__file__).with_name("rates.json")


class Zone(TypedDict):
    """Destinations of one price.

    Attributes:
        id: of the zone.
        countries: by ISO 3166-1 alpha-2 code; ``*`` is every country that no zone before names.
        us_states: of the United States, these alone, by code or name in capitals.
    """

    id: str
    countries: Sequence[str]
    us_states: NotRequired[Sequence[str]]


class RatedOption(TypedDict):
    """One way to ship to a zone.

    Attributes:
        zone: id of the zone.
        id: of the option.
        name: what customers are told.
        min_days: working days after the order at the earliest.
        max_days: at the latest.
        prices: by currency, one for each weight of the tariff.
    """

    zone: str
    id: str
    name: str
    min_days: int
    max_days: int
    prices: Mapping[str, Sequence[int]]


class Tariff(TypedDict):
    """All of it.

    Attributes:
        default_weight_grams: of a SKU that says nothing of its weight.
        up_to_grams: the weights at which prices change, ascending; nothing heavier is shipped.
        zones: the first that names a destination is the one.
        options: of all zones.
    """

    default_weight_grams: int
    up_to_grams: Sequence[int]
    zones: Sequence[Zone]
    options: Sequence[RatedOption]


@cache
def tariff() -> Tariff:
    """Give the tariff, read once a process."""
    return cast(Tariff, json.loads(_FILE.read_text(encoding="utf-8")))
