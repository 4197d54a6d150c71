"""Redemptions, held to a model that keeps them in sets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pricing.promotion import PercentageOff, Promotion
from pricing.promotion_repository import PromotionRepository, usage
from pricing.redemption_repository import CouponExhaustedError, RedemptionReleasedError, RedemptionRepository
from store.table import Table

ids = st.sampled_from([f"checkout-{number}" for number in range(16)])
customers = st.sampled_from(["ada", "bob", "eve"])
limits = st.none() | st.integers(1, 6)
redeemed = st.tuples(st.just("redeem"), ids, customers)
steps = st.one_of(
    redeemed,
    redeemed,
    redeemed,
    st.tuples(st.just("release"), ids, st.just("")),
    st.tuples(st.just("limit"), limits, st.just("")),
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


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limits, st.none() | st.integers(1, 3), st.lists(steps, min_size=15, max_size=40))
def test_uses_are_counted_as_the_model_counts_them(
    table: Table, limit: int | None, each: int | None, taken: list[tuple[str, object, str]]
) -> None:
    # Every example has a code of its own, for it shares the table.
    code = uuid4().hex.upper()
    promotions, redemptions, model = PromotionRepository(table), RedemptionRepository(table), Model(limit, each)
    first = Promotion(code=code, title="A", effect=PercentageOff(basis_points=1), limit=limit, limit_per_customer=each)
    promotion = promotions.change(code, lambda _none: first)

    def redeem(id: str, customer: str) -> str:
        try:
            # As the route does, which looks first.
            if redemptions.is_counted(code, id):
                return "known"
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
        else:
            model.limit = what if isinstance(what, int) else None
            wanted = replace(promotion, limit=model.limit)
            promotion = promotions.change(
                code, lambda now, wanted=wanted: now.replaced_by(wanted, at=datetime.now(UTC)) if now else wanted
            )
        assert usage(promotions.shards(code)) == len(model.counted)
