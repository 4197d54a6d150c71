from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_simulator.authorization import (
    CAPTURED,
    MAXIMUM_REFUNDS,
    PENDING,
    VOIDED,
    Authorization,
    AuthorizationStateError,
    GivenBack,
    RefundTooLargeError,
    first_authorization,
)
from payment_simulator.back_off import pause_seconds
from payment_simulator.cards import CARDS, card

AMOUNT = 1000


def of(token: str) -> Authorization:
    return first_authorization(
        id="a", reference="r", currency="USD", amount=AMOUNT, card=card(token), created_at="2026-11-26T12:00:00Z"
    )


@pytest.mark.parametrize(
    ("token", "status", "decline_code"),
    [
        ("card_ok", "authorized", None),
        ("card_timeout", "authorized", None),
        ("card_answers_twice", "authorized", None),
        ("card_challenge", "pending", None),
        ("card_declined", "declined", "card_declined"),
        ("card_insufficient_funds", "declined", "insufficient_funds"),
        ("card_unheard_of", "declined", "invalid_token"),
    ],
)
def test_each_card_behaves_as_documented(token: str, status: str, decline_code: str | None) -> None:
    authorization = of(token)
    assert (authorization.status, authorization.decline_code) == (status, decline_code)


def test_a_challenge_ends_one_way() -> None:
    pending = of("card_challenge")
    passed, failed = pending.challenged(passed=True), pending.challenged(passed=False)
    assert (passed.status, failed.status, failed.decline_code) == ("authorized", "declined", "challenge_failed")
    assert passed.challenged(passed=True) is passed
    with pytest.raises(AuthorizationStateError):
        passed.challenged(passed=False)
    with pytest.raises(AuthorizationStateError):
        pending.voided().challenged(passed=True)


CHANGES: dict[str, Callable[[Authorization], Authorization]] = {
    "passed": lambda now: now.challenged(passed=True),
    "failed": lambda now: now.challenged(passed=False),
    "capture": Authorization.captured,
    "void": Authorization.voided,
    **{
        f"refund {reference}": lambda now, reference=reference: now.refunded_by(  # type: ignore[misc]
            GivenBack(reference=reference, amount=400)
        )
        for reference in "abc"
    },
}


@given(st.sampled_from(sorted(CARDS)), st.lists(st.sampled_from(sorted(CHANGES)), max_size=12))
def test_whatever_is_asked_it_keeps_its_promises(token: str, asked: list[str]) -> None:
    now = of(token)
    for name in asked:
        try:
            after = CHANGES[name](now)
        except (AuthorizationStateError, RefundTooLargeError):
            continue
        assert after is now or after.sequence == now.sequence + 1
        assert now.status not in (VOIDED, "declined") or after is now
        assert CAPTURED not in (now.status,) or after.status == CAPTURED
        assert 0 <= after.refunded <= (AMOUNT if after.status == CAPTURED else 0)
        assert CHANGES[name](after) is after
        now = after
    assert now.status != PENDING or token == "card_challenge"


def test_a_refund_is_one_by_its_reference() -> None:
    refund = GivenBack(reference="a", amount=400)
    once = of("card_ok").captured().refunded_by(refund)
    assert once.refunded_by(refund) is once
    with pytest.raises(RefundTooLargeError):
        once.refunded_by(GivenBack(reference="a", amount=401))
    with pytest.raises(RefundTooLargeError, match="600 of 1000 are left"):
        once.refunded_by(GivenBack(reference="b", amount=601))


def test_refunds_are_limited_in_number() -> None:
    now = of("card_ok").captured()
    for number in range(MAXIMUM_REFUNDS):
        now = now.refunded_by(GivenBack(reference=str(number), amount=1))
    with pytest.raises(AuthorizationStateError, match="100"):
        now.refunded_by(GivenBack(reference="one-more", amount=1))


@pytest.mark.parametrize(("deliveries", "seconds"), [(1, 1), (2, 2), (3, 4), (10, 512), (11, 900), (10_000, 900)])
def test_a_failed_webhook_rests_longer_each_time(deliveries: int, seconds: int) -> None:
    assert pause_seconds(deliveries) == seconds
