"""A code without a limit: who counts its uses, and what becomes of them when a limit is set."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pricing import use_counter
from pricing.promotion import PercentageOff, Promotion
from pricing.promotion_repository import PromotionRepository
from pricing.quota import SHARDS
from pricing.redemption_repository import RedemptionReleasedError, RedemptionRepository
from pricing.shard_items import count, shard_keys
from pricing.tally_items import close_tally, first_tally, tally_keys
from pricing.tally_repository import TallyRepository
from pricing.use_counter import CouponExhaustedError
from store.errors import ThrottledError, TransactionCanceledError
from store.table import Table
from tests.services.http_client import Client
from tests.services.pricing.calls import TENTH, put_promotion, redeem, release, uses

pytestmark = pytest.mark.usefixtures("few_tallies")

CODE = "SITEWIDE"


@pytest.fixture
def promotions(table: Table) -> PromotionRepository:
    return PromotionRepository(table)


@pytest.fixture
def redemptions(table: Table) -> RedemptionRepository:
    return RedemptionRepository(table)


@pytest.fixture
def unlimited(promotions: PromotionRepository) -> Promotion:
    """Give a promotion without a limit as a function knows it that reads it seldom."""
    new = Promotion(code=CODE, title="For all", effect=PercentageOff(basis_points=1), automatic=True)
    return promotions.change(CODE, lambda _none: new)


def set_limits(promotions: PromotionRepository, *, limit: int | None, each: int | None = None) -> Promotion:
    def change(current: Promotion | None) -> Promotion:
        assert current
        wanted = replace(current, limit=limit, limit_per_customer=each)
        return current.replaced_by(wanted, at=datetime.now(UTC))

    return promotions.change(CODE, change)


def count_all(redemptions: RedemptionRepository, promotion: Promotion, ids: Sequence[str]) -> Counter[str]:
    def outcome(id: str) -> str:
        try:
            return "counted" if redemptions.count(promotion, id, customers={"email_key": id}) else "known"
        except CouponExhaustedError:
            return "refused"
        except RedemptionReleasedError:
            return "released"

    return Counter(map(outcome, ids))


def ids(prefix: str, number: int) -> list[str]:
    return [f"{prefix}-{each}" for each in range(number)]


def test_ten_thousand_redemptions_find_as_many_counters_as_they_need() -> None:
    found = Counter(first_tally(each) for each in ids("checkout", 10_000))
    assert max(found.values()) < 2 * 10_000 / len(found)


def test_uses_of_a_code_without_a_limit_leave_the_quotas_alone(
    table: Table, promotions: PromotionRepository, redemptions: RedemptionRepository, unlimited: Promotion
) -> None:
    assert count_all(redemptions, unlimited, ids("a", 12)) == {"counted": 12}
    assert count_all(redemptions, unlimited, ids("a", 12)) == {"known": 12}
    assert promotions.uses(CODE) == TallyRepository(table).uses(CODE) == 12
    assert {shard.uses for shard in promotions.shards(CODE)} == {0}


def test_a_limit_counts_what_was_used_before_it(
    table: Table, promotions: PromotionRepository, redemptions: RedemptionRepository, unlimited: Promotion
) -> None:
    # As it was counted before there were tallies.
    table.transact([count(CODE, 3)])
    count_all(redemptions, unlimited, ids("a", 4))
    limited = set_limits(promotions, limit=7)
    assert count_all(redemptions, limited, ids("b", 4)) == {"counted": 2, "refused": 2}
    assert promotions.uses(CODE) == 7


def test_who_has_not_heard_of_a_limit_is_held_by_it(
    promotions: PromotionRepository, redemptions: RedemptionRepository, unlimited: Promotion
) -> None:
    set_limits(promotions, limit=3)
    assert count_all(redemptions, unlimited, ids("a", 5)) == {"counted": 3, "refused": 2}
    set_limits(promotions, limit=None)
    assert count_all(redemptions, unlimited, ids("b", 5)) == {"counted": 5}
    set_limits(promotions, limit=9)
    assert count_all(redemptions, unlimited, ids("c", 5)) == {"counted": 1, "refused": 4}


def test_who_has_not_heard_of_a_customer_s_limit_is_held_by_it(
    promotions: PromotionRepository, redemptions: RedemptionRepository, unlimited: Promotion
) -> None:
    redemptions.count(unlimited, "a", customers={"email_key": "ada"})
    once = set_limits(promotions, limit=None, each=1)
    with pytest.raises(CouponExhaustedError):
        redemptions.count(unlimited, "b", customers={"email_key": "ada"})
    set_limits(promotions, limit=None, each=2)
    assert redemptions.count(once, "b", customers={"email_key": "ada"})


def test_a_use_from_before_the_limit_is_given_back_to_it(
    promotions: PromotionRepository, redemptions: RedemptionRepository, unlimited: Promotion
) -> None:
    count_all(redemptions, unlimited, ids("a", 3))
    redemptions.release(CODE, "a-0")
    assert promotions.uses(CODE) == 2
    limited = set_limits(promotions, limit=2)
    assert count_all(redemptions, limited, ["b"]) == {"refused": 1}
    for _ in range(2):
        redemptions.release(CODE, "a-1")
    assert promotions.uses(CODE) == 1
    assert count_all(redemptions, limited, ids("c", 2)) == {"counted": 1, "refused": 1}


def test_a_tally_that_is_closed_while_a_use_is_given_back_stays_as_it_was_summed(
    table: Table,
    promotions: PromotionRepository,
    redemptions: RedemptionRepository,
    unlimited: Promotion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    count_all(redemptions, unlimited, ["a"])
    transact, others = table.transact, [lambda: set_limits(promotions, limit=1)]

    def after_others(operations: object) -> None:
        if others:
            others.pop()()
        transact(operations)  # type: ignore[arg-type]

    late = Table(name=table.name, client=table._client)
    monkeypatch.setattr(late, "transact", after_others)
    RedemptionRepository(late).release(CODE, "a")
    assert TallyRepository(table).uses(CODE) == 1
    assert promotions.uses(CODE) == 0
    assert count_all(redemptions, unlimited, ids("b", 2)) == {"counted": 1, "refused": 1}


def test_while_limits_change_nobody_counts_and_the_dead_are_not_waited_for(
    table: Table,
    promotions: PromotionRepository,
    redemptions: RedemptionRepository,
    unlimited: Promotion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Somebody closed all tallies and died before the limit was written.
    TallyRepository(table).close(CODE, version=unlimited.version)
    monkeypatch.setattr("store.contention.FIRST_PAUSE_SECONDS", 0)
    with pytest.raises(ThrottledError):
        redemptions.count(unlimited, "a", customers={})
    monkeypatch.setattr(use_counter, "CLOSING_SECONDS", 0)
    assert redemptions.count(unlimited, "a", customers={})
    assert promotions.uses(CODE) == 1
    newest = promotions.find(CODE)
    assert newest == replace(unlimited, version=unlimited.version + 1)


def test_who_died_half_way_is_followed_by_who_finishes(
    table: Table, promotions: PromotionRepository, redemptions: RedemptionRepository, unlimited: Promotion
) -> None:
    count_all(redemptions, unlimited, ids("a", 3))
    table.transact([close_tally(CODE, 0, version=unlimited.version, at=int(time.time()))])
    limited = set_limits(promotions, limit=4)
    assert count_all(redemptions, limited, ids("b", 2)) == {"counted": 1, "refused": 1}


def test_who_closes_late_closes_nothing_for_later_versions(
    table: Table, promotions: PromotionRepository, redemptions: RedemptionRepository, unlimited: Promotion
) -> None:
    set_limits(promotions, limit=1)
    again = set_limits(promotions, limit=None)
    TallyRepository(table).close(CODE, version=unlimited.version)
    assert count_all(redemptions, again, ids("a", 6)) == {"counted": 6}
    set_limits(promotions, limit=6)
    tallies = TallyRepository(table)
    tallies.close(CODE, version=unlimited.version)
    assert {tallies.find(CODE, number).closed_version for number in range(5)} == {again.version}


def test_a_slow_change_gives_way_to_who_opened_the_tallies_again(
    promotions: PromotionRepository, unlimited: Promotion
) -> None:
    promotions.reopen(unlimited)
    with pytest.raises(TransactionCanceledError):
        promotions.reopen(unlimited)
    assert set_limits(promotions, limit=5).version == unlimited.version + 2


@pytest.mark.parametrize("limit", [20, 60])
def test_a_limit_that_is_set_while_everybody_redeems_is_exact(
    promotions: PromotionRepository, redemptions: RedemptionRepository, unlimited: Promotion, limit: int
) -> None:
    racing = [ids(f"r{each}", 6) for each in range(8)]
    with ThreadPoolExecutor(10) as shoppers:
        counted = [shoppers.submit(count_all, redemptions, unlimited, each) for each in racing]
        given_back = shoppers.submit(lambda: [redemptions.release(CODE, f"r0-{each}") for each in range(3)])
        shoppers.submit(set_limits, promotions, limit=limit).result()
        for each in (*counted, given_back):
            each.result()
    left = sum(shard.quota - shard.uses for shard in promotions.shards(CODE) if shard.quota is not None)
    more = ids("more", left + 3)
    assert count_all(redemptions, unlimited, more) == Counter(counted=left, refused=3)
    assert promotions.uses(CODE) == sum(counts(redemptions, one) for each in (*racing, more) for one in each)
    # What counted before the limit was set counts, be it more; 48 tried.
    assert limit <= promotions.uses(CODE) <= max(limit, 48)


def counts(redemptions: RedemptionRepository, id: str) -> bool:
    try:
        return redemptions.is_counted(CODE, id)
    except RedemptionReleasedError:
        return False


def test_a_limit_is_set_over_http(merchant: Client) -> None:
    put_promotion(merchant, CODE)
    assert [redeem(merchant, CODE, each).status for each in ("a", "b", "a")] == [201, 201, 200]
    put_promotion(merchant, CODE, {**TENTH, "limit": 3})
    assert [redeem(merchant, CODE, each).status for each in ("a", "c", "d")] == [200, 201, 409]
    assert release(merchant, CODE, "a").status == 204
    assert [redeem(merchant, CODE, each).status for each in ("a", "d", "e")] == [409, 201, 409]
    assert uses(merchant, CODE) == 3


def test_each_counter_has_a_partition_of_its_own() -> None:
    keys = [*tally_keys(CODE), *shard_keys(CODE)]
    assert len({pk for pk, _ in keys}) == len(keys) > SHARDS
