"""In which ways a parcel can travel, and for how much."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from shipping.rate_table import Tariff, Zone


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One way in which a parcel can travel.

    Attributes:
        id: of the option.
        name: what customers are told.
        amount: the price in minor units.
        min_days: working days after the order at the earliest.
        max_days: at the latest.
    """

    id: str
    name: str
    amount: int
    min_days: int
    max_days: int


def offers(tariff: Tariff, *, country: str, region: str | None, grams: int, currency: str) -> list[Offer]:
    """Give the ways in which a parcel can travel, the cheapest first, of equal ones the faster.

    Args:
        tariff: what to go by.
        country: ISO 3166-1 alpha-2 code of the destination.
        region: of the United States, the state by code (``HI``, ``US-HI``) or name.
        grams: the weight of all that is in it.
        currency: of the prices; what the tariff does not price in it is not offered, for nothing is converted.
    """
    zone = next((zone["id"] for zone in tariff["zones"] if _names(zone, country, region)), None)
    bracket = bisect_left(tariff["up_to_grams"], grams)
    if zone is None or bracket == len(tariff["up_to_grams"]):
        return []
    found = [
        Offer(
            id=option["id"],
            name=option["name"],
            amount=option["prices"][currency][bracket],
            min_days=option["min_days"],
            max_days=option["max_days"],
        )
        for option in tariff["options"]
        if option["zone"] == zone and currency in option["prices"]
    ]
    return sorted(found, key=lambda offer: (offer.amount, offer.max_days, offer.id))


def _names(zone: Zone, country: str, region: str | None) -> bool:
    states: Sequence[str] = zone.get("us_states", ())
    if country == "US" and states:
        return " ".join((region or "").upper().split()).removeprefix("US-") in states
    return country in zone["countries"] or "*" in zone["countries"]
