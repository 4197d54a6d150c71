from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.pricing import QUOTE_AGE_SECONDS
from pricing.customer_uses import customer_keys
from pricing.promotion import Promotion
from pricing.promotion_repository import PromotionRepository
from pricing.quota import SHARDS, Shard, divided
from pricing.redemption_repository import RedemptionRepository
from pricing.redemption_routes import QUOTED
from pricing.use_counter import CouponExhaustedError
from store.operations import Item
from store.table import Table
from tests.services.http_client import Client
from tests.services.passing_time import PassingTime
from tests.services.pricing.calls import TENTH, put_promotion, redeem, release, uses


def kind(answer: object) -> str:
    return str(answer.problem()["type"]).rpartition(":")[2]  # type: ignore[attr-defined]


def test_a_use_counts_once_however_often_it_is_sent(merchant: Client) -> None:
    put_promotion(merchant, "TENTH", {**TENTH, "limit": 5})
    first = redeem(merchant, "tenth", "checkout-1")
    assert (first.status, first.json) == (201, {"id": "checkout-1", "code": "TENTH"})
    assert redeem(merchant, "TENTH", "checkout-1").status == 200
    assert uses(merchant, "TENTH") == 1
    assert redeem(merchant, "TENTH", "checkout-2").status == 201
    assert uses(merchant, "TENTH") == 2


def test_a_use_that_was_given_back_never_counts_again(merchant: Client) -> None:
    put_promotion(merchant, "TENTH", {**TENTH, "limit": 1, "limit_per_customer": 1})
    redeem(merchant, "TENTH", "a")
    assert kind(redeem(merchant, "TENTH", "b")) == "coupon-exhausted"
    assert [release(merchant, "TENTH", "a").status for _ in range(2)] == [204, 204]
    assert uses(merchant, "TENTH") == 0
    assert kind(redeem(merchant, "TENTH", "a")) == "redemption-released"
    assert redeem(merchant, "TENTH", "b").status == 201


def test_a_use_given_back_before_it_arrives_is_refused(merchant: Client) -> None:
    put_promotion(merchant, "TENTH")
    assert release(merchant, "TENTH", "a").status == 204
    late = redeem(merchant, "TENTH", "a")
    assert (late.status, kind(late)) == (409, "redemption-released")
    assert release(merchant, "NOTHING", "a").status == release(merchant, "%", "a").status == 204


def test_a_customer_is_known_by_id_and_by_address(merchant: Client) -> None:
    put_promotion(merchant, "TENTH", {**TENTH, "limit_per_customer": 1})
    assert redeem(merchant, "TENTH", "a", {"customer_id": "ada", "email": "Ada@Example.com"}).status == 201
    for number, body in enumerate(
        [
            {"email": "ada@example.com"},
            {"customer_id": "ada", "email": "other@example.com"},
            {"customer_id": "bob", "email": "ADA@example.com"},
        ]
    ):
        refused = redeem(merchant, "TENTH", f"again-{number}", body)
        assert (refused.status, kind(refused)) == (409, "coupon-exhausted")
    assert redeem(merchant, "TENTH", "b", {"customer_id": "bob", "email": "bob@example.com"}).status == 201
    assert uses(merchant, "TENTH") == 2


def test_no_address_is_kept(merchant: Client, table: Table) -> None:
    put_promotion(merchant, "TENTH", {**TENTH, "limit_per_customer": 1})
    redeem(merchant, "TENTH", "a", {"customer_id": "ada", "email": "ada@example.com"})
    keys = [
        (f"CUSTOMER#TENTH#{key}", "USES") for key in customer_keys(customer_id="ada", email="ADA@example.com").values()
    ]
    kept: list[Item] = [*table.get_many([*keys, ("REDEMPTION#TENTH#a", "REDEMPTION")])]
    assert len(kept) == 3
    assert "example.com" not in str(kept)


def disable(table: Table, code: str, *, at: datetime) -> None:
    def change(current: Promotion | None) -> Promotion:
        assert current is not None
        return current.replaced_by(replace(current, enabled=False), at=at)

    PromotionRepository(table).change(code, change)


def test_only_what_is_there_and_open_can_be_used(merchant: Client, table: Table, passing: PassingTime) -> None:
    assert redeem(merchant, "NOTHING", "a").status == 404
    put_promotion(merchant, "OVER", {**TENTH, "conditions": {"ends_at": "2020-01-01T00:00:00Z"}})
    put_promotion(merchant, "NEVER", {**TENTH, "enabled": False})
    put_promotion(merchant, "TENTH")
    redeem(merchant, "TENTH", "a")
    disable(table, "TENTH", at=datetime.now(UTC) - QUOTED)
    passing.seconds(QUOTE_AGE_SECONDS)
    put_promotion(merchant, "TENTH", {**TENTH, "title": "Ten percent", "enabled": False})
    for code in ("OVER", "NEVER", "TENTH"):
        refused = redeem(merchant, code, "b")
        assert (refused.status, kind(refused)) == (409, "coupon-not-valid")
    assert redeem(merchant, "TENTH", "a").status == 200
    put_promotion(merchant, "TENTH")
    assert redeem(merchant, "TENTH", "b").status == 201


def test_what_a_quote_gave_a_moment_before_the_end_can_be_used(merchant: Client, table: Table) -> None:
    put_promotion(merchant, "OFF")
    disable(table, "OFF", at=datetime.now(UTC) - QUOTED / 5)
    put_promotion(merchant, "OVER", {**TENTH, "conditions": {"ends_at": datetime.now(UTC).isoformat()}})
    for code in ("OFF", "OVER"):
        assert redeem(merchant, code, "a").status == 201


@pytest.mark.parametrize("body", [{}, {"email": "x"}, {"email": "a@b.com", "x": 1}, [], {"email": None}])
def test_an_invalid_body_gives_422(merchant: Client, body: object) -> None:
    assert redeem(merchant, "TENTH", "a", body).status == 422


@pytest.mark.parametrize("id", ["%", "a b", "x" * 65, "\x00"])
def test_an_id_that_cannot_be_is_refused(merchant: Client, id: str) -> None:
    assert redeem(merchant, "TENTH", id).status in (404, 422)
    assert release(merchant, "TENTH", id).status in (404, 422)


@pytest.mark.parametrize(("limit", "each"), [(13, None), (100, 1), (3, 2)])
def test_limits_hold_whoever_redeems_at_the_same_time(
    merchant: Client, table: Table, limit: int, each: int | None
) -> None:
    put_promotion(merchant, "TENTH", {**TENTH, "limit": limit, "limit_per_customer": each})
    promotions, redemptions = PromotionRepository(table), RedemptionRepository(table)
    promotion = promotions.find("TENTH")
    assert promotion

    def attempt(number: int) -> str:
        customers = customer_keys(customer_id=None, email=f"customer-{number % 10}@example.com")
        try:
            redemptions.count(promotion, f"checkout-{number}", customers=customers)
        except CouponExhaustedError:
            return "refused"
        return "counted"

    with ThreadPoolExecutor(8) as shoppers:
        outcomes = Counter(shoppers.map(attempt, range(40)))
    expected = min(limit, 10 * each if each else limit)
    assert outcomes == {"counted": expected, "refused": 40 - expected}
    assert promotions.uses("TENTH") == expected


def test_a_use_sent_many_times_at_once_counts_once(merchant: Client, table: Table) -> None:
    put_promotion(merchant, "TENTH", {**TENTH, "limit": 100})
    promotion = PromotionRepository(table).find("TENTH")
    assert promotion
    with ThreadPoolExecutor(8) as senders:
        sent = senders.map(
            lambda _: RedemptionRepository(table).count(promotion, "a", customers={"email_key": "x"}), range(16)
        )
        assert sorted(sent) == [False] * 15 + [True]
    assert uses(merchant, "TENTH") == 1


@pytest.mark.usefixtures("few_tallies")
def test_a_limit_that_changes_while_it_is_used_holds(merchant: Client) -> None:
    put_promotion(merchant, "TENTH", {**TENTH, "limit": 4})
    answers = [redeem(merchant, "TENTH", f"a{number}", {"email": f"a{number}@x.com"}).status for number in range(6)]
    assert answers == [201] * 4 + [409] * 2
    for limit, more in ((6, 2), (3, 0), (None, 5), (12, 1), (11, 0)):
        put_promotion(merchant, "TENTH", {**TENTH, "limit": limit})
        answers = [redeem(merchant, "TENTH", f"{limit}-{number}").status for number in range(5)]
        assert answers.count(201) == more
    assert uses(merchant, "TENTH") == 12


@given(
    st.lists(st.integers(-5, 1000), min_size=SHARDS, max_size=SHARDS),
    st.none() | st.integers(1, 10_000),
    st.integers(0, 1000),
)
def test_quotas_allow_what_the_limit_leaves_and_no_more(used: list[int], limit: int | None, tallied: int) -> None:
    shards = divided([Shard(number=n, uses=uses, quota=None) for n, uses in enumerate(used)], limit, tallied=tallied)
    assert [shard.uses for shard in shards] == used
    quotas = [shard.quota for shard in shards]
    if limit is None:
        assert quotas == [None] * SHARDS
    else:
        assert sum(quota - uses for quota, uses in zip(quotas, used, strict=True) if quota is not None) == max(
            0, limit - tallied - sum(used)
        )
        assert all(shard.quota is not None and shard.quota >= shard.uses for shard in shards)
