"""Redemptions, held to a model that keeps them in sets."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pricing import use_counter
from pricing.promotion import PercentageOff, Promotion
from pricing.promotion_repository import PromotionRepository
from pricing.redemption_repository import RedemptionReleasedError, RedemptionRepository
from pricing.tally_items import close_tally
from pricing.use_counter import CouponExhaustedError
from store import contention
from store.table import Table

ids = st.sampled_from([f"checkout-{number}" for number in range(16)])
customers = st.sampled_from(["ada", "bob", "eve"])
limits = st.none() | st.integers(1, 6)
each_limits = st.none() | st.integers(1, 3)
redeemed = st.tuples(st.just("redeem"), ids, customers)
steps = st.one_of(
    redeemed,
    redeemed,
    redeemed,
    st.tuples(st.just("release"), ids, st.just("")),
    st.tuples(st.just("limit"), limits, st.just("")),
    st.tuples(st.just("each"), each_limits, st.just("")),
    st.tuples(st.just("keep"), st.none(), st.just("")),
    st.tuples(st.just("die closing"), st.integers(1, 5), st.just("")),
    st.tuples(st.just("forget"), ids, st.just("")),
)


@dataclass
class Model:
    """What must be true of a code, whatever the table does."""

    limit: int | None
    each: int | None
    counted: dict[str, str] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)

    def redeem(self, id: str, customer: str) -> str:
        if id in self.released:
            return "released"
        if id in self.counted:
            return "known"
        of_customer = list(self.counted.values()).count(customer)
        if (self.limit is not None and len(self.counted) >= self.limit) or (self.each and of_customer >= self.each):
            return "exhausted"
        self.counted[id] = customer
        return "counted"

    def release(self, id: str) -> None:
        self.counted.pop(id, None)
        self.released.add(id)

    def forget(self, id: str) -> list[str]:
        """Forgets the customer of a use, who begins anew; gives all uses of that customer, which stay counted."""
        customer = self.counted.get(id)
        theirs = [other for other, whose in self.counted.items() if whose and whose == customer]
        self.counted |= dict.fromkeys(theirs, "")
        return theirs


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let who finds a tally closed, and no new limits, take the closer for dead at once, and wait for nobody."""
    monkeypatch.setattr(contention, "FIRST_PAUSE_SECONDS", 0)
    monkeypatch.setattr(use_counter, "CLOSING_SECONDS", 0)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limits, each_limits, st.lists(steps, min_size=15, max_size=40))
@pytest.mark.usefixtures("few_tallies", "impatient")
def test_uses_are_counted_as_the_model_counts_them(
    table: Table, limit: int | None, each: int | None, taken: list[tuple[str, object, str]]
) -> None:
    # Every example has a code of its own, for it shares the table.
    code = uuid4().hex.upper()
    promotions, redemptions, model = PromotionRepository(table), RedemptionRepository(table), Model(limit, each)
    first = Promotion(code=code, title="A", effect=PercentageOff(basis_points=1), limit=limit, limit_per_customer=each)
    kept = promotions.change(code, lambda _none: first)

    def newest() -> Promotion:
        found = promotions.find(code)
        assert found
        return found

    def change(wanted: Promotion) -> None:
        promotions.change(code, lambda now: now.replaced_by(wanted, at=datetime.now(UTC)) if now else wanted)

    def redeem(id: str, customer: str) -> str:
        try:
            # As the route does, which looks first, and takes an old promotion if that has no limit.
            if redemptions.is_counted(code, id):
                return "known"
            promotion = kept if kept.is_tallied else newest()
            assert redemptions.count(promotion, id, customers={"email_key": customer})
        except RedemptionReleasedError:
            return "released"
        except CouponExhaustedError:
            return "exhausted"
        return "counted"

    for step, what, customer in taken:
        if step == "redeem":
            assert redeem(str(what), customer) == model.redeem(str(what), customer)
        elif step == "release":
            redemptions.release(code, str(what))
            model.release(str(what))
        elif step == "forget":
            for other in model.forget(str(what)):
                redemptions.forget(code, other)
        elif step == "keep":
            kept = newest()
        elif step == "die closing" and newest().is_tallied:
            for number in range(int(str(what))):
                table.transact([close_tally(code, number, version=newest().version, at=int(time.time()))])
        elif step == "limit":
            wanted = what if isinstance(what, int) else None
            if wanted != newest().limit:
                # Where more are used already, what is given back may be used by others.
                model.limit = None if wanted is None else max(wanted, len(model.counted))
            change(replace(newest(), limit=wanted))
        elif step == "each":
            model.each = what if isinstance(what, int) else None
            change(replace(newest(), limit_per_customer=model.each))
        assert promotions.uses(code) == len(model.counted)
        if model.limit is not None:
            room = sum(shard.quota - shard.uses for shard in promotions.shards(code) if shard.quota is not None)
            assert room == model.limit - len(model.counted)
