"""The inventory against a model of it in plain numbers: any calls, in any order, repeated and late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from inventory import spreading
from inventory.adjustments import Adjustment, AdjustmentRepository
from inventory.allocation import InsufficientStockError
from inventory.repository import StockRepository
from inventory.reservation import (
    ReservationCommittedError,
    ReservationDiffersError,
    ReservationReleasedError,
)
from inventory.reservation_record import HELD_INDEX
from inventory.reservations import ReservationRepository
from inventory.spreading import gather, level, spread
from inventory.stock import StockBelowReservedError, first_stock
from store.table import Table
from tests.services.conftest import Indexes

SKUS = ("mug", "pot")
LOCATIONS = ("default", "berlin")
START = datetime(2026, 11, 26, tzinfo=UTC)

sku_names = st.sampled_from(SKUS)
places = st.sampled_from(LOCATIONS)
ids = st.sampled_from(["r-1", "r-2", "r-3"])
orders = st.dictionaries(sku_names, st.integers(1, 6), min_size=1)


@dataclass
class Held:
    """A reservation of the model."""

    status: str
    items: dict[str, int] = field(default_factory=dict)
    until: datetime = START


class InventoryMachine(RuleBasedStateMachine):
    """Makes the same calls to the inventory and to the model, and compares what they answer and keep."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.now = START
        self.table = table
        self.stock = StockRepository(table)
        self.reservations = ReservationRepository(table, clock=lambda: self.now)
        self.on_hand = dict.fromkeys(SKUS, 0)
        self.backorder = dict.fromkeys(SKUS, 0)
        self.held: dict[str, Held] = {}
        self.versions = dict.fromkeys(SKUS, 0)

    def reserved(self, sku: str) -> int:
        return sum(held.items.get(sku, 0) for held in self.held.values() if held.status == "held")

    def available(self, sku: str) -> int:
        return self.on_hand[sku] - self.reserved(sku) + self.backorder[sku]

    def release_run_out(self) -> None:
        for held in self.held.values():
            if held.status == "held" and held.until <= self.now:
                held.status = "released"

    @initialize()
    def start(self) -> None:
        for sku in SKUS:
            self.stock.change(sku, lambda _now, sku=sku: first_stock(sku), correlation_id="c")  # type: ignore[misc]

    @rule(sku=sku_names, location=places, on_hand=st.integers(0, 9))
    def count(self, sku: str, location: str, on_hand: int) -> None:
        present = self.stock.find(sku)
        assert present is not None
        place = present.at(location)
        before = place.on_hand if place else 0
        try:
            self.stock.change(
                sku,
                lambda now: (now or first_stock(sku)).counted(on_hand, location=location),
                correlation_id="c",
            )
        except StockBelowReservedError:
            assert place is not None
            assert on_hand + place.backorder < place.reserved
        else:
            self.on_hand[sku] += on_hand - before

    @rule(sku=sku_names, limit=st.integers(0, 4))
    def allow_back_orders(self, sku: str, limit: int) -> None:
        present = self.stock.find(sku)
        assert present is not None
        default = present.at("default")
        assert default is not None
        try:
            self.stock.change(
                sku,
                lambda now: (now or first_stock(sku)).managed(
                    on_hand=default.on_hand, backorder=limit, low_stock_at=None
                ),
                correlation_id="c",
            )
        except StockBelowReservedError:
            assert default.on_hand + limit < default.reserved
        else:
            self.backorder[sku] = limit

    @rule(sku=sku_names, delta=st.integers(-4, 4).filter(bool))
    def adjust(self, sku: str, delta: int) -> None:
        adjustment = Adjustment(
            id=f"a-{self.versions[sku]}-{delta}",
            sku=sku,
            location="default",
            delta=delta,
            reason="found",
            created_at=self.now,
        )
        present = self.stock.find(sku)
        assert present is not None
        default = present.at("default")
        assert default is not None
        try:
            shards = present.adjusted(delta, location="default")
            AdjustmentRepository(self.table).make(adjustment, shards=shards, correlation_id="c")
        except StockBelowReservedError:
            assert default.available + delta < 0
        else:
            self.on_hand[sku] += delta
        self.now += timedelta(microseconds=1)

    @rule(sku=sku_names, location=places)
    def spread(self, sku: str, location: str) -> None:
        present = self.stock.find(sku)
        assert present is not None
        place = present.at(location)
        is_one = len(present.shards_of(location)) == 1
        assert spread(self.table, present, location) is (place is not None and is_one and place.free >= 2)

    @rule(sku=sku_names, location=places, shard=st.integers(0, 2))
    def level(self, sku: str, location: str, shard: int) -> None:
        present = self.stock.find(sku)
        assert present is not None
        if shard < len(present.shards_of(location)):
            level(self.table, present, location, shard)

    @rule(sku=sku_names, location=places)
    def gather(self, sku: str, location: str) -> None:
        present = self.stock.find(sku)
        assert present is not None
        gather(self.table, present, location)

    @rule(reservation_id=ids, items=orders, seconds=st.integers(60, 90))
    def hold(self, reservation_id: str, items: dict[str, int], seconds: int) -> None:
        known = self.held.get(reservation_id)
        outcome = "made"
        try:
            _, is_new = self.reservations.hold(reservation_id, items, seconds=seconds, correlation_id="c")
            outcome = "made" if is_new else "known"
        except InsufficientStockError as error:
            outcome = "insufficient"
            short = {shortage.sku for shortage in error.shortages}
        except ReservationReleasedError:
            outcome = "released"
        except ReservationDiffersError:
            outcome = "differs"
        if known is None:
            if any(self.available(sku) < quantity for sku, quantity in items.items()):
                self.release_run_out()
            lacking = {sku for sku, quantity in items.items() if self.available(sku) < quantity}
            assert outcome == ("insufficient" if lacking else "made")
            if lacking:
                assert short == lacking
            else:
                until = self.now.replace(microsecond=0) + timedelta(seconds=seconds)
                self.held[reservation_id] = Held(status="held", items=dict(items), until=until)
        elif known.status == "released":
            assert outcome == "released"
        elif known.items != items:
            assert outcome == "differs"
        elif known.status == "held" and known.until <= self.now:
            assert outcome == "released"
            known.status = "released"
        else:
            assert outcome == "known"

    @rule(reservation_id=ids)
    def commit(self, reservation_id: str) -> None:
        known = self.held.get(reservation_id)
        try:
            committed = self.reservations.commit(reservation_id, correlation_id="c")
        except ReservationReleasedError:
            assert known is not None
            assert known.status == "released"
            return
        if known is None:
            assert committed is None
            return
        assert committed is not None
        assert (committed.status, dict(committed.items)) == ("committed", known.items)
        assert known.status != "released"
        if known.status == "held":
            known.status = "committed"
            for sku, quantity in known.items.items():
                self.on_hand[sku] -= quantity

    @rule(reservation_id=ids)
    def release(self, reservation_id: str) -> None:
        known = self.held.setdefault(reservation_id, Held(status="released"))
        try:
            self.reservations.release(reservation_id, correlation_id="c")
        except ReservationCommittedError:
            assert known.status == "committed"
        else:
            assert known.status != "committed"
            known.status = "released"

    @rule(seconds=st.integers(1, 120))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def sweep(self) -> None:
        self.reservations.release_run_out(correlation_id="c")
        self.release_run_out()

    @invariant()
    def stock_is_what_the_model_says(self) -> None:
        for sku, stock in self.stock.find_many(SKUS).items():
            expected = (self.on_hand[sku], self.reserved(sku), self.available(sku))
            assert (stock.on_hand, stock.reserved, stock.available) == expected
            assert all(part.available >= 0 and part.reserved >= 0 for part in stock.parts)
            assert stock.version >= self.versions[sku]
            self.versions[sku] = stock.version

    @invariant()
    def reservations_are_what_the_model_says(self) -> None:
        for reservation_id, held in self.held.items():
            found = self.reservations.find(reservation_id)
            assert found is not None
            assert (found.status, dict(found.items)) == (held.status, held.items)


def test_the_inventory_is_its_model(new_table: Callable[[Indexes], Table], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "SHARDS", 3)
    monkeypatch.setattr(spreading, "LEAST_EACH", 1)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        lambda: InventoryMachine(new_table({HELD_INDEX: ("held_shard", "held_until")})),
        settings=settings(
            max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
