"""A payment's life against what its provider did: deaths, lost answers and stale webhooks between any two calls."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from boto3.dynamodb.types import TypeDeserializer
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from payments.ledger import (
    ACCOUNTS,
    AUTHORIZED_RECEIVABLE,
    AUTHORIZED_SALES,
    CASH_AT_PROVIDER,
    REFUNDS,
    SALES,
    AccountTotals,
    LedgerEntry,
    totals_of,
)
from payments.observation import AUTHORIZED, CAPTURED, DECLINED, PENDING, VOIDED
from payments.payment import SUCCEEDED, Payment, PaymentStateError, RefundChangedError, RefundExceedsCaptureError
from payments.processing import PaymentProcessing, PaymentVoidedError
from payments.provider import OutcomeUnknownError
from payments.record import PAYMENT, payment_of
from payments.repository import PaymentRepository, UnknownPaymentError
from store.errors import UnavailableError
from store.table import Table
from tests.services.payments.lossy import FATES, DeathError, Fates, LossyProvider, LossyTable
from tests.services.payments.payments import AMOUNT, payment

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient as ControlPlane

TOKENS = ("card_ok", "card_declined", "card_challenge")
READER = TypeDeserializer()
ROUNDS = 4
"""One that makes webhooks, one that takes them, and as many again for what those make necessary."""
ENTRY_NAMES = ("id", "kind", "payment_id", "order_id", "debit", "credit", "currency")
fates = st.lists(st.sampled_from(FATES), max_size=5)

UNANSWERED = (DeathError, UnavailableError, OutcomeUnknownError)
REFUSED = (
    PaymentStateError,
    PaymentVoidedError,
    RefundChangedError,
    RefundExceedsCaptureError,
    UnknownPaymentError,
)


class PaymentLife(RuleBasedStateMachine):
    """One payment, whose caller repeats what was not answered.

    The model is what the caller was told and what the provider did; the service must agree with both in the end.
    """

    def __init__(self, table: Table, control_plane: ControlPlane) -> None:
        super().__init__()
        self.id = f"p-{uuid4()}"
        self.control_plane = control_plane
        self.fates = Fates()
        self.provider = LossyProvider(fates=self.fates)
        self.payments = PaymentRepository(LossyTable(table, self.fates))
        self.table = table
        self.processing = PaymentProcessing(payments=self.payments, provider=self.provider, correlation_id=self.id)
        self.token: str | None = None
        self.told: set[str] = set()
        self.told_refunded: dict[str, int] = {}
        self.unanswered: list[Callable[[], None]] = []
        self.taken = 0
        self.last_status = PENDING
        self.was_challenged = False

    def ask(self, call: Callable[[], None], coming: list[str]) -> None:
        self.fates.coming = list(coming)
        try:
            call()
        except UNANSWERED:
            self.unanswered.append(call)
        except REFUSED:
            pass
        finally:
            self.fates.coming.clear()

    def authorize_it(self) -> None:
        found, _ = self.processing.authorize(payment(self.id, token=str(self.token)), email=None)
        self.told.add(found.status)

    def capture_it(self) -> None:
        assert self.processing.capture(self.id).status == CAPTURED
        self.told.add(CAPTURED)

    def void_it(self) -> None:
        found = self.processing.void(self.id)
        assert found is None or found.status in (VOIDED, DECLINED) or found.refunded == AMOUNT
        self.told.add(VOIDED)

    def refund_it(self, refund_id: str, amount: int | None) -> None:
        _, made = self.processing.refund(self.id, refund_id=refund_id, amount=amount)
        if made.status == SUCCEEDED:
            self.told_refunded[refund_id] = made.amount

    @rule(token=st.sampled_from(TOKENS), coming=fates)
    def authorize(self, token: str, coming: list[str]) -> None:
        self.token = self.token or token
        self.ask(self.authorize_it, coming)

    @rule(coming=fates)
    def capture(self, coming: list[str]) -> None:
        self.ask(self.capture_it, coming)

    @rule(coming=fates)
    def void(self, coming: list[str]) -> None:
        self.ask(self.void_it, coming)

    @rule(refund_id=st.sampled_from("ab"), amount=st.sampled_from([400, 700, None]), coming=fates)
    def refund(self, refund_id: str, amount: int | None, coming: list[str]) -> None:
        self.ask(lambda: self.refund_it(refund_id, amount), coming)

    @rule(passed=st.booleans())
    def challenge(self, passed: bool) -> None:
        self.provider.challenge(self.id, passed=passed)

    @rule()
    def what_was_late_arrives(self) -> None:
        self.provider.arrive()

    @precondition(lambda self: self.taken < len(self.provider.webhooks))
    @rule(coming=fates)
    def a_webhook(self, coming: list[str]) -> None:
        def take() -> None:
            self.processing.observe(self.provider.webhooks[self.taken])
            self.taken += 1

        self.fates.coming = list(coming)
        with suppress(*UNANSWERED):
            take()
        self.fates.coming.clear()

    @rule(coming=fates)
    def the_provider_is_asked_again(self, coming: list[str]) -> None:
        self.fates.coming = list(coming)
        with suppress(*UNANSWERED, UnknownPaymentError):
            self.processing.ask_again(self.id)
        self.fates.coming.clear()

    @precondition(lambda self: self.provider.webhooks)
    @rule(data=st.data())
    def any_webhook_in_any_order(self, data: st.DataObject) -> None:
        self.processing.observe(data.draw(st.sampled_from(self.provider.webhooks)))

    @rule()
    def all_comes_to_rest(self) -> None:
        """What is late arrives, every webhook is taken, and the caller repeats what was not answered."""
        self.come_to_rest(self.take_webhooks)
        assert self.provider.webhooks[self.taken :] == []

    @rule()
    def all_comes_to_rest_without_a_webhook(self) -> None:
        """The same, when all that the provider has to tell is lost, and it is asked instead."""
        self.come_to_rest(self.ask_instead)

    def take_webhooks(self) -> None:
        while self.taken < len(self.provider.webhooks):
            self.processing.observe(self.provider.webhooks[self.taken])
            self.taken += 1

    def ask_instead(self) -> None:
        self.taken = len(self.provider.webhooks)
        with suppress(UnknownPaymentError):
            self.processing.ask_again(self.id)

    def come_to_rest(self, learn: Callable[[], None]) -> None:
        for _round in range(ROUNDS):
            self.provider.arrive()
            learn()
            for call in [self.unanswered.pop(0) for _ in range(len(self.unanswered))]:
                self.ask(call, [])
        assert [self.unanswered, self.provider.late] == [[], []]
        known, truth = self.payments.find(self.id), self.provider.authorizations.get(self.id)
        if VOIDED in self.told:
            assert not self.provider.holds(self.id)
        if truth is not None and known is not None:
            assert (known.status, known.refunded) == (truth.status, truth.refunded)
        if truth is None and known is not None:
            assert known.status in (PENDING, VOIDED)
        if known is not None:
            assert {refund.id: refund.amount for refund in known.refunds if refund.status == SUCCEEDED} == {
                refund.reference: refund.amount for refund in (truth.refunds if truth else ())
            }

    @invariant()
    def what_the_caller_was_told_is_true(self) -> None:
        truth = self.provider.authorizations.get(self.id)
        if CAPTURED in self.told:
            assert truth is not None
            assert truth.status == CAPTURED
        if self.told_refunded:
            assert truth is not None
            assert self.told_refunded.items() <= {r.reference: r.amount for r in truth.refunds}.items()
            assert truth.refunded <= AMOUNT

    @invariant()
    def what_is_stored_agrees(self) -> None:
        stored = Stored.of(self.control_plane, self.table)
        known, truth = stored.payment, self.provider.authorizations.get(self.id)
        assert stored.balances == totals_of(stored.entries)
        assert stored.net == expected_balances(known)
        was_authorized = any(entry.kind == "authorized" for entry in stored.entries)
        self.was_challenged = self.was_challenged or (known is not None and known.challenge_url is not None)
        assert stored.told == expected_events(known, was_authorized=was_authorized, was_challenged=self.was_challenged)
        if known is None:
            return
        assert self.last_status in (PENDING, AUTHORIZED, known.status)
        self.last_status = known.status
        assert known.refunded <= (truth.refunded if truth else 0)
        if known.status == CAPTURED:
            assert truth is not None
            assert truth.status == CAPTURED


@dataclass(frozen=True, kw_only=True)
class Stored:
    """All that a table holds, in one look.

    Attributes:
        told: how often each event stands in the outbox.
    """

    payment: Payment | None
    entries: list[LedgerEntry]
    balances: dict[str, AccountTotals]
    told: Counter[str]

    @property
    def net(self) -> dict[str, int]:
        return {
            account: total.debits - total.credits
            for account in ACCOUNTS
            for total in [self.balances.get(account, AccountTotals())]
        }

    @classmethod
    def of(cls, control_plane: ControlPlane, table: Table) -> Stored:
        found = control_plane.scan(TableName=table.name, ConsistentRead=True)["Items"]
        items = [{name: READER.deserialize(value) for name, value in item.items()} for item in found]
        payments = [payment_of(item) for item in items if item["sk"] == PAYMENT]
        entries = [item for item in items if str(item["pk"]).startswith("LEDGER#")]
        totals = [item for item in items if str(item["pk"]).startswith("BALANCES#")]
        messages = [json.loads(str(item["outbox_event"])) for item in items if "outbox_event" in item]
        return cls(
            payment=payments[0] if payments else None,
            entries=[
                LedgerEntry(
                    **{name: str(item[name]) for name in ENTRY_NAMES},
                    amount=int(item["amount"]),  # type: ignore[call-overload]
                )
                for item in entries
            ],
            balances={
                account: AccountTotals(
                    *(int(item.get(f"{account}_{side}", 0)) for side in ("debits", "credits"))  # type: ignore[call-overload]
                )
                for item in totals
                for account in ACCOUNTS
                if f"{account}_debits" in item or f"{account}_credits" in item
            },
            told=Counter(event_name(message) for message in messages),
        )


def event_name(message: dict[str, Any]) -> str:
    return " ".join(filter(None, (message["detail_type"], message["detail"]["data"].get("refund_id"))))


def expected_events(known: Payment | None, *, was_authorized: bool, was_challenged: bool) -> Counter[str]:
    told = {"PaymentAuthorized"} if was_authorized else set()
    if was_challenged:
        told.add("PaymentChallenged")
    if known is not None:
        told |= {f"PaymentRefunded {made.id}" for made in known.refunds if made.status == SUCCEEDED}
        if known.status in (DECLINED, CAPTURED, VOIDED):
            told.add(f"Payment{known.status.capitalize()}")
    return Counter(told)


def expected_balances(known: Payment | None) -> dict[str, int]:
    held = AMOUNT if known is not None and known.status == AUTHORIZED else 0
    captured, refunded = (known.captured, known.refunded) if known is not None else (0, 0)
    return {
        AUTHORIZED_RECEIVABLE: held,
        AUTHORIZED_SALES: -held,
        CASH_AT_PROVIDER: captured - refunded,
        SALES: -captured,
        REFUNDS: refunded,
    }


def test_a_payments_life(new_table: Callable[[], Table], control_plane: ControlPlane) -> None:
    run_state_machine_as_test(
        lambda: PaymentLife(new_table(), control_plane),
        settings=settings(max_examples=100, stateful_step_count=20, deadline=None, derandomize=True, database=None),
    )
