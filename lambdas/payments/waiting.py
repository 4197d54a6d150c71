"""When a provider is asked what became of a payment, should no webhook tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from store.shards import shard_number

WAITING_INDEX = "waiting"
WAITING_SHARDS = 64
"""Partitions of the index of payments that wait. Each takes 1,000 writes a second; a captured payment is four of them:
it begins and ends to wait for its authorization, and for its capture."""

PATIENCE = timedelta(minutes=2)
"""As long nobody is asked: most webhooks come within it, and who did not get an answer asks again."""
GIVEN_UP_AFTER = timedelta(days=3)
GIVEN_UP = "provider is asked no more"
"""What the log then says of a payment; an alarm waits for it."""


def first_question(waiting_since: datetime) -> datetime:
    """Give when the provider is first asked about a payment that waits since then."""
    return waiting_since + PATIENCE


def next_question(waiting_since: datetime, *, now: datetime) -> datetime | None:
    """Give when it is asked after now: every two minutes at first, then each time a quarter longer than it has waited.

    So a payer who is waited for is heard soon, and a payment costs some thirty questions in three days, after which the
    answer is None.
    """
    waited = now - waiting_since
    return None if waited >= GIVEN_UP_AFTER else now + max(PATIENCE, waited / 4)


def waiting_shard(payment_id: str) -> str:
    """Give the partition of the index in which a payment waits."""
    return str(shard_number(payment_id, WAITING_SHARDS))


def instant(time: datetime) -> str:
    """Give a time as the index orders it: RFC 3339 in UTC without fractions."""
    return time.astimezone(UTC).isoformat(timespec="seconds")
