from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.ledger import (
    AUTHORIZED_RECEIVABLE,
    AUTHORIZED_SALES,
    CASH_AT_PROVIDER,
    REFUNDS,
    SALES,
    AccountTotals,
    entries_of,
    totals_of,
)
from payments.observation import AUTHORIZED, CAPTURED, DECLINED, PENDING, STATUSES, VOIDED, Observation
from payments.payment import (
    FAILED,
    MAXIMUM_REFUNDS,
    SUCCEEDED,
    Payment,
    PaymentStateError,
    RefundChangedError,
    RefundExceedsCaptureError,
)
from tests.services.payments.payments import AMOUNT, payment, seen

REFUND_IDS = ("a", "b", "c")

observations = st.builds(
    seen,
    st.sampled_from(STATUSES),
    refunds=st.sets(st.sampled_from(REFUND_IDS)),
)


def captured() -> Payment:
    return payment().observed(seen(CAPTURED))


@given(st.lists(observations, max_size=10))
def test_seen_twice_or_late_changes_nothing(observed: list[Observation]) -> None:
    now = payment()
    for observation in observed:
        after = now.observed(observation)
        assert after.observed(observation) is after
        assert now.status in (PENDING, AUTHORIZED) or after.status == now.status
        assert now.status == PENDING or after.status != PENDING
        now = after


def life(*statuses: str) -> list[Observation]:
    return [seen(status) for status in statuses]


@given(
    st.sampled_from([life(PENDING, AUTHORIZED, CAPTURED), life(PENDING, DECLINED), life(AUTHORIZED, VOIDED)]).flatmap(
        lambda observed: st.permutations(observed + observed)
    )
)
def test_in_whatever_order_a_life_is_seen_it_ends_the_same(observed: list[Observation]) -> None:
    now = payment()
    for observation in observed:
        now = now.observed(observation)
    ends = {observation.status for observation in observed} & {CAPTURED, DECLINED, VOIDED}
    assert {now.status} == ends


@given(st.lists(observations, max_size=10), st.sets(st.sampled_from(REFUND_IDS)))
def test_what_is_entered_follows_from_where_the_payment_ends(observed: list[Observation], asked: set[str]) -> None:
    now, entries = payment(), []
    for observation in observed:
        after = now.observed(observation)
        if after.status == CAPTURED and not after.refunds:
            for refund_id in sorted(asked):
                after = after.with_refund(refund_id, 300)
        entries.extend(entries_of(now, after))
        now = after
    totals = totals_of(entries)
    held = AMOUNT if now.status == AUTHORIZED else 0
    expected = {
        AUTHORIZED_RECEIVABLE: held,
        AUTHORIZED_SALES: -held,
        CASH_AT_PROVIDER: now.captured - now.refunded,
        SALES: -now.captured,
        REFUNDS: now.refunded,
    }
    balances = {account: total.debits - total.credits for account, total in totals.items()}
    assert {account: balances.get(account, 0) for account in expected} == expected
    assert len({entry.id for entry in entries}) == len(entries)
    assert all(entry.amount > 0 and entry.debit != entry.credit for entry in entries)


def test_totals_are_added_by_account() -> None:
    entries = entries_of(payment(), captured())
    assert totals_of(entries)[AUTHORIZED_RECEIVABLE] == AccountTotals(debits=AMOUNT, credits=AMOUNT)


@pytest.mark.parametrize("status", [PENDING, DECLINED, VOIDED])
def test_only_what_is_authorized_can_be_captured(status: str) -> None:
    with pytest.raises(PaymentStateError, match=status):
        payment().observed(seen(status)).with_capture_requested()


def test_a_capture_is_wanted_once() -> None:
    wanted = payment().observed(seen(AUTHORIZED)).with_capture_requested()
    assert wanted.with_capture_requested() is wanted
    assert captured().with_capture_requested().captured == AMOUNT


def test_what_shall_be_voided_is_not_captured_or_authorized() -> None:
    unwanted = payment().observed(seen(AUTHORIZED)).with_void_requested()
    with pytest.raises(PaymentStateError, match="being voided"):
        unwanted.with_capture_requested()
    late = payment().with_void_requested()
    for status in (PENDING, AUTHORIZED):
        assert late.must_be_voided(seen(status))
        assert late.observed(seen(status)) is late
    assert late.never_authorized().observed(seen(AUTHORIZED)).status == VOIDED
    assert late.never_authorized().must_be_voided(seen(AUTHORIZED))
    assert late.observed(seen(DECLINED)).status == DECLINED


def test_a_void_of_what_was_captured_is_refused_until_all_is_given_back() -> None:
    now = captured()
    for amount in (400, None):
        with pytest.raises(PaymentStateError, match="refund"):
            now.with_void_requested()
        now = now.with_refund(f"r{amount}", amount)
        now = now.observed(seen(CAPTURED, refunds={f"r{amount}"}))
    assert now.with_void_requested() is now
    assert now.shown_status == "refunded"


def test_what_is_captured_while_it_shall_be_voided_must_be_refunded() -> None:
    now = payment().observed(seen(AUTHORIZED)).with_void_requested().observed(seen(CAPTURED))
    assert now.must_be_refunded
    assert now.with_void_requested() is now
    now = now.with_refund("all", None)
    assert now.must_be_refunded
    assert not now.observed(seen(CAPTURED, refunds={"all"})).must_be_refunded
    assert not captured().must_be_refunded


def test_refunds_never_exceed_what_was_captured() -> None:
    now = captured().with_refund("a", 600)
    with pytest.raises(RefundExceedsCaptureError, match="400 of 1000"):
        now.with_refund("b", 401)
    now = now.with_refund("b", None)
    assert [refund.amount for refund in now.refunds] == [600, 400]
    with pytest.raises(RefundExceedsCaptureError):
        now.with_refund("c", None)
    freed = now.with_refund_failed("a")
    assert (freed.refundable, freed.refunds[0].status) == (600, FAILED)


def test_a_refund_is_one_by_its_id() -> None:
    now = captured().with_refund("a", 600)
    assert now.with_refund("a", 600) is now
    assert now.with_refund("a", None) is now
    with pytest.raises(RefundChangedError):
        now.with_refund("a", 500)


def test_a_refund_that_failed_and_is_seen_succeeded() -> None:
    now = captured().with_refund("a", 600).with_refund_failed("a").observed(seen(CAPTURED, refunds={"a"}))
    assert [refund.status for refund in now.refunds] == [SUCCEEDED]
    assert (now.refunded, now.shown_status) == (600, "partially_refunded")


@pytest.mark.parametrize("status", [PENDING, AUTHORIZED, DECLINED, VOIDED])
def test_only_what_was_captured_can_be_refunded(status: str) -> None:
    with pytest.raises(PaymentStateError, match=status):
        payment().observed(seen(status)).with_refund("a", 1)


def test_refunds_are_limited_in_number() -> None:
    now = captured()
    for number in range(MAXIMUM_REFUNDS):
        now = now.with_refund(str(number), 1)
    with pytest.raises(PaymentStateError, match="50"):
        now.with_refund("one-more", 1)
