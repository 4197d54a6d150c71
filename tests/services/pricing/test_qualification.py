from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pricing.promotion import AmountOff, BuyGet, Conditions, FreeShipping, PercentageOff, Promotion, Threshold
from pricing.qualification import Order, unfit
from tests.services.pricing.orders import line

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ORDER = Order(
    currency="USD",
    lines=[line("mug", quantity=2, unit_price=1000), line("novel", unit_price=500, category="books")],
    customer_groups=frozenset({"trade"}),
    at=NOW,
)
TENTH = Promotion(code="TENTH", title="10 % off", effect=PercentageOff(basis_points=1000))


def test_a_promotion_without_conditions_is_for_every_order() -> None:
    assert unfit(TENTH, ORDER) is None


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        (Conditions(starts_at=NOW, ends_at=NOW + timedelta(seconds=1)), None),
        (Conditions(starts_at=NOW + timedelta(seconds=1)), "not-yet-valid"),
        (Conditions(ends_at=NOW), "expired"),
        (Conditions(customer_groups=frozenset({"trade", "press"})), None),
        (Conditions(customer_groups=frozenset({"press"})), "other-customers"),
        (Conditions(categories=frozenset({"books"})), None),
        (Conditions(skus=frozenset({"mug"}), categories=frozenset({"garden"})), None),
        (Conditions(skus=frozenset({"pan"})), "no-item-qualifies"),
        (Conditions(minimum=Threshold(currency="USD", amount=2500)), None),
        (Conditions(minimum=Threshold(currency="USD", amount=2501)), "minimum-not-reached"),
        (Conditions(minimum=Threshold(currency="EUR", amount=1)), "other-currency"),
        (Conditions(currency="USD"), None),
        (Conditions(currency="EUR"), "other-currency"),
        (
            Conditions(categories=frozenset({"books"}), minimum=Threshold(currency="USD", amount=501)),
            "minimum-not-reached",
        ),
    ],
)
def test_each_condition_is_checked(conditions: Conditions, reason: str | None) -> None:
    assert unfit(replace(TENTH, conditions=conditions), ORDER) == reason


def test_one_that_is_switched_off_is_unknown() -> None:
    assert unfit(replace(TENTH, enabled=False), ORDER) == "unknown"


def test_an_amount_is_of_one_currency() -> None:
    assert unfit(replace(TENTH, effect=AmountOff(currency="EUR", amount=1)), ORDER) == "other-currency"
    assert unfit(replace(TENTH, effect=AmountOff(currency="USD", amount=1)), ORDER) is None


def test_an_offer_needs_enough_items_that_qualify() -> None:
    offer = replace(TENTH, effect=BuyGet(buy=2, get=1, basis_points=10_000))
    assert unfit(offer, ORDER) is None
    assert unfit(replace(offer, conditions=Conditions(skus=frozenset({"mug"}))), ORDER) == "minimum-not-reached"


def test_free_shipping_needs_no_option_yet() -> None:
    assert unfit(replace(TENTH, effect=FreeShipping()), ORDER) is None
