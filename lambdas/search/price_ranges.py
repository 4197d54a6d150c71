"""Ranges of prices: where they begin, how they are counted, and what is told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

_LARGEST_BOUNDARY_EXPONENT = 12
PRICE_BOUNDARIES = (
    0,
    *(step * 10**exponent for exponent in range(2, _LARGEST_BOUNDARY_EXPONENT) for step in (1, 2, 5)),
)
"""Where price ranges begin, in minor units: 0, 100, 200, 500, 1000, 2000 … Steps of equal ratio divide cheap and dear
goods, and currencies with and without minor units, equally well, with no look at the prices first."""


@cache
def range_request(field: str) -> Mapping[str, object]:
    """Give the aggregation that counts the ranges of a field."""
    uppers = [*PRICE_BOUNDARIES[1:], None]
    ranges = [
        {"from": lower} if upper is None else {"from": lower, "to": upper}
        for lower, upper in zip(PRICE_BOUNDARIES, uppers, strict=True)
    ]
    return {"range": {"field": field, "ranges": ranges}}


def told_ranges(currency: str, buckets: Sequence[Mapping[str, Any]]) -> list[dict[str, object]]:
    """Give what is told of the ranges that something is in."""
    return [_told(currency, bucket) for bucket in buckets if bucket["doc_count"]]


def _told(currency: str, bucket: Mapping[str, Any]) -> dict[str, object]:
    return {
        "currency": currency,
        "from": int(bucket["from"]),
        # The filter `max_price` includes its bound, so what a range is up to is part of it as well.
        "to": int(bucket["to"]) - 1 if "to" in bucket else None,
        "count": bucket["doc_count"],
    }
