"""When the provider is asked about a payment of which it says nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from payments.waiting import GIVEN_UP_AFTER, PATIENCE, WAITING_SHARDS, first_question, next_question, waiting_shard

SINCE = datetime(2026, 11, 26, 12, tzinfo=UTC)


def questions() -> list[timedelta]:
    """After what time it is asked, from first to last."""
    asked = [first_question(SINCE)]
    while (following := next_question(SINCE, now=asked[-1])) is not None:
        asked.append(following)
    return [at - SINCE for at in asked]


def test_a_payer_who_is_waited_for_is_heard_within_minutes() -> None:
    for earlier, later in pairwise(asked for asked in questions() if asked < timedelta(minutes=20)):
        assert PATIENCE <= later - earlier <= timedelta(minutes=5)


def test_a_payment_that_nothing_is_heard_of_costs_few_questions() -> None:
    asked = questions()
    assert len(asked) < 40
    assert asked[-2] < GIVEN_UP_AFTER <= asked[-1]


def test_payments_wait_in_all_partitions_alike() -> None:
    shards = [waiting_shard(f"p-{number}") for number in range(100 * WAITING_SHARDS)]
    assert {shards.count(str(shard)) for shard in range(WAITING_SHARDS)} <= set(range(60, 141))
