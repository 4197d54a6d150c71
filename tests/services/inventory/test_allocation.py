from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.allocation import InsufficientStockError, Part, Shortage, TooManyPartsError, allocate
from inventory.stock import DEFAULT_LOCATION, SkuStock, Stock


def stock(sku: str, free: dict[str, int], *, backorder: int = 0) -> SkuStock:
    return SkuStock(
        sku=sku,
        backorder=backorder or None,
        parts=tuple(
            Stock(
                sku=sku,
                location=location,
                on_hand=max(0, quantity),
                reserved=max(0, -quantity),
                version=1,
                backorder=backorder if location == DEFAULT_LOCATION else 0,
            )
            for location, quantity in free.items()
        ),
    )


def taken(free: dict[str, int], quantity: int, *, backorder: int = 0, reservation_id: str = "r") -> dict[str, int]:
    parts = allocate(reservation_id, {"mug": quantity}, {"mug": stock("mug", free, backorder=backorder)})
    return {part.location: part.quantity for part in parts}


def test_all_comes_from_one_location_if_one_has_all() -> None:
    assert taken({"default": 3, "berlin": 5, "paris": 4}, 5) == {"berlin": 5}


def test_otherwise_most_comes_from_where_most_is() -> None:
    assert taken({"default": 3, "berlin": 5, "paris": 4}, 10) == {"berlin": 5, "paris": 4, "default": 1}


def test_what_is_missing_then_is_promised_by_the_default_location() -> None:
    assert taken({"default": 3, "berlin": 5}, 10, backorder=4) == {"berlin": 5, "default": 5}
    assert taken({"default": -2, "berlin": 5}, 7, backorder=4) == {"berlin": 5, "default": 2}


def test_back_orders_are_not_touched_while_there_is_stock() -> None:
    assert taken({"default": 1, "berlin": 5}, 4, backorder=9) == {"berlin": 4}


def test_reservations_spread_over_locations_that_have_all() -> None:
    free = {"default": 1000, "b-1": 1000, "b-2": 1000, "b-3": 1000}
    places = Counter(next(iter(taken(free, 1, reservation_id=f"r-{number}"))) for number in range(400))
    assert set(places) == set(free)
    assert min(places.values()) > 60


def test_every_sku_that_lacks_is_named_in_the_order_wanted() -> None:
    with pytest.raises(InsufficientStockError) as refused:
        allocate(
            "r",
            {"pot": 2, "mug": 9, "pan": 1},
            {"mug": stock("mug", {"default": 8}), "pan": stock("pan", {"default": 1})},
        )
    assert refused.value.shortages == (
        Shortage(sku="pot", wanted=2, available=0),
        Shortage(sku="mug", wanted=9, available=8),
    )


def test_no_more_parts_than_a_transaction_takes() -> None:
    skus = [f"s-{number}" for number in range(50)]
    stocks = {sku: stock(sku, {"default": 1, "berlin": 1}) for sku in skus}
    with pytest.raises(TooManyPartsError, match="100 places; at most 98"):
        allocate("r", dict.fromkeys(skus, 2), stocks)
    assert len(allocate("r", dict.fromkeys(skus[:49], 2), stocks)) == 98


@given(
    st.dictionaries(st.sampled_from(["berlin", "paris", "rome"]), st.integers(0, 6)),
    st.integers(-3, 6),
    st.integers(3, 6),
    st.integers(1, 24),
)
def test_exactly_what_is_wanted_is_taken_and_nowhere_more_than_there_is(
    elsewhere: dict[str, int], at_default: int, backorder: int, wanted: int
) -> None:
    present = stock("mug", {DEFAULT_LOCATION: at_default, **elsewhere}, backorder=backorder)
    try:
        parts = allocate("r", {"mug": wanted}, {"mug": present})
    except InsufficientStockError:
        assert wanted > present.available
        return
    assert sum(part.quantity for part in parts) == wanted
    assert len({part.location for part in parts}) == len(parts)
    for part in parts:
        place = present.at(part.location)
        assert place is not None
        assert 0 < part.quantity <= place.available
        assert isinstance(part, Part)
