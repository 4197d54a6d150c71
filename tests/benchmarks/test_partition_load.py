"""No partition gets more than its share of ten thousand orders a second, and the simulation forgets nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from benchmarks import cost_page
from benchmarks.partition_load import BASKET, Busiest, simulate
from benchmarks.partitions import ITEM_TRANSACTIONS
from benchmarks.read_path import shared_reads
from benchmarks.shared_keys import PARTITION_READ_UNITS, PARTITION_WRITE_UNITS, Order
from benchmarks.write_path import shared_writes
from pricing.quota import SHARDS
from pricing.tally_items import TALLIES

PERSONS = {"Checkout/emails", "Orders/guest", "Notifications/email"}
"""Indexes by who buys: nobody buys a thousand times a second."""


pytestmark = pytest.mark.long  # the whole simulation


@pytest.fixture(scope="module")
def busiest() -> list[Busiest]:
    return simulate(seconds=3)


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cost_page.USE.read_text())
    return found


def test_no_partition_gets_more_than_its_share(busiest: list[Busiest]) -> None:
    assert {one.shared.what for one in busiest if one.units > one.shared.limit} == set()
    assert {one.shared.what for one in busiest if one.transactions > ITEM_TRANSACTIONS} == set()


def test_without_spreading_each_would(busiest: list[Busiest]) -> None:
    writes = [one for one in busiest if one.shared.limit == PARTITION_WRITE_UNITS]
    assert all(one.unsharded > PARTITION_WRITE_UNITS for one in writes)
    assert len(writes) == 9


def test_what_is_kept_or_spread_for_its_reads_would_be_read_too_often(busiest: list[Busiest]) -> None:
    reads = [one for one in busiest if one.shared.limit == PARTITION_READ_UNITS]
    treated = {one.shared.kind for one in reads if one.units < one.unsharded}
    assert treated == {"automatic", "PRICE_LIST", "PROMOTION", "TYPE"}
    assert all(one.unsharded > PARTITION_READ_UNITS for one in reads if one.shared.kind in treated)


def test_a_tenth_of_all_orders_want_the_most_popular_sku(busiest: list[Busiest]) -> None:
    (stock,) = (one for one in busiest if one.shared.what == "stock")
    assert stock.unsharded / 4 > 1000  # a reservation and a commit, two units each


def test_a_promotion_of_all_orders_has_counters_enough(busiest: list[Busiest]) -> None:
    (promoted,) = (one for one in busiest if one.shared.kind == "TALLY")
    assert promoted.transactions > 10_000 / TALLIES
    # The quotas of a promotion with a limit would not do.
    assert 10_000 / SHARDS > ITEM_TRANSACTIONS


def written_by(order: Order) -> Mapping[str, int]:
    writes: dict[str, int] = {}
    for shared in shared_writes([]):
        place = f"{shared.table} {shared.kind}"
        writes[place] = writes.get(place, 0) + len(list(shared.keys(order)))
    return writes


def test_the_simulation_writes_what_an_order_was_seen_to_write(kept: dict[str, Any]) -> None:
    order = Order(id="o", skus=tuple(range(BASKET)), has_coupon=False, is_promoted=False)
    simulated = written_by(order)
    written = kept["written"]
    indexes = {
        f"{use['service']}/{use['resource'].partition('/')[2]}": use["amount"]
        for use in kept["uses"]
        if use["measure"] == "dynamodb_write_units" and "/" in use["resource"]
    }
    for place, writes in simulated.items():
        table, _, kind = place.partition(" ")
        seen = written[place]["writes"] if place in written else indexes.get(f"{table}/{kind}", 0)
        assert seen == pytest.approx(writes, abs=0.1), place


def test_all_other_writes_have_a_partition_of_the_order_s_own(kept: dict[str, Any]) -> None:
    simulated = written_by(Order(id="o", skus=(1, 2), has_coupon=True))
    others = {place: seen for place, seen in kept["written"].items() if place not in simulated}
    assert others
    assert {place for place, seen in others.items() if seen["partitions"] < 0.99} == set()
    indexes = {
        f"{use['service']}/{use['resource'].partition('/')[2]}"
        for use in kept["uses"]
        if use["measure"] == "dynamodb_write_units" and "/" in use["resource"]
    }
    assert {index for index in indexes if index.replace("/", " ") not in simulated} == PERSONS


def test_the_simulation_reads_what_an_order_was_seen_to_read(kept: dict[str, Any]) -> None:
    order = Order(id="o", skus=tuple(range(BASKET)), has_coupon=False, is_promoted=False)
    for shared in shared_reads():
        seen = kept["read"].get(f"{shared.table} {shared.kind}", {"reads": 0, "units": 0})
        reads = len(list(shared.unsharded(order)))
        if shared.kept_units:
            assert seen["reads"] <= reads, shared.what
        else:
            assert seen["reads"] == pytest.approx(reads, abs=0.1), shared.what
        assert seen["units"] <= seen["reads"] * shared.units + 0.01, shared.what


def test_all_other_reads_have_a_partition_of_the_order_s_own(kept: dict[str, Any]) -> None:
    simulated = {f"{shared.table} {shared.kind}" for shared in shared_reads()}
    others = {place: seen for place, seen in kept["read"].items() if place not in simulated}
    assert others
    assert {place for place, seen in others.items() if seen["partitions"] < 0.99} == set()
