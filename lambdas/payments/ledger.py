"""The ledger: what money moved where, by double entry.

An entry moves an amount from the account that it credits to the one that it debits; both sides are one number, so an
entry, and the whole ledger, cannot be out of balance. Amounts are in minor units, and each currency is a ledger of its
own. Entries are never changed; what is undone gets an entry that moves the amount back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from payments.observation import AUTHORIZED, CAPTURED, PENDING, VOIDED
from payments.payment import Payment, newly_succeeded

AUTHORIZED_RECEIVABLE = "authorized_receivable"
"""What providers hold for us (an asset, as long as it is held)."""
AUTHORIZED_SALES = "authorized_sales"
"""Sales that will be if they are captured: the other side of what is held."""
CASH_AT_PROVIDER = "cash_at_provider"
"""What providers have taken for us and not given back (an asset)."""
SALES = "sales"
"""What was captured (income)."""
REFUNDS = "refunds"
"""What was given back (against income)."""
ACCOUNTS = (AUTHORIZED_RECEIVABLE, AUTHORIZED_SALES, CASH_AT_PROVIDER, SALES, REFUNDS)


@dataclass(frozen=True, kw_only=True)
class LedgerEntry:
    """One movement of money.

    Attributes:
        id: made of the payment's id and what happened to it, so that nothing is entered twice.
        kind: authorized, released, captured or refunded.
        debit: the account that the amount moves to.
        credit: the account that it comes from.
        amount: in minor units, at least 1.
        currency: ISO 4217.
    """

    id: str
    kind: str
    payment_id: str
    order_id: str
    debit: str
    credit: str
    amount: int
    currency: str


@dataclass(frozen=True)
class AccountTotals:
    """All that an account was debited and credited with, in minor units of one currency."""

    debits: int = 0
    credits: int = 0

    def __add__(self, other: AccountTotals) -> AccountTotals:
        return AccountTotals(self.debits + other.debits, self.credits + other.credits)


def entries_of(before: Payment, after: Payment) -> tuple[LedgerEntry, ...]:
    """Give what a change of a payment moves.

    Args:
        before: the payment before it.
        after: the payment after it.
    """
    return tuple(_entries(before, after))


def totals_of(entries: Iterable[LedgerEntry]) -> Mapping[str, AccountTotals]:
    """Give what entries of one currency add to each account that they touch."""
    totals: dict[str, AccountTotals] = {}
    for entry in entries:
        totals[entry.debit] = totals.get(entry.debit, AccountTotals()) + AccountTotals(debits=entry.amount)
        totals[entry.credit] = totals.get(entry.credit, AccountTotals()) + AccountTotals(credits=entry.amount)
    return totals


def _entries(before: Payment, after: Payment) -> Iterator[LedgerEntry]:
    captured_now = after.status == CAPTURED != before.status
    voided_now = after.status == VOIDED != before.status
    if before.status == PENDING and (captured_now or after.status == AUTHORIZED):
        yield _entry(after, "authorized", debit=AUTHORIZED_RECEIVABLE, credit=AUTHORIZED_SALES)
    if captured_now or (voided_now and before.status == AUTHORIZED):
        yield _entry(after, "released", debit=AUTHORIZED_SALES, credit=AUTHORIZED_RECEIVABLE)
    if captured_now:
        yield _entry(after, "captured", debit=CASH_AT_PROVIDER, credit=SALES)
    for refund in newly_succeeded(before, after):
        yield _entry(after, f"refunded.{refund.id}", debit=REFUNDS, credit=CASH_AT_PROVIDER, amount=refund.amount)


def _entry(payment: Payment, name: str, *, debit: str, credit: str, amount: int | None = None) -> LedgerEntry:
    return LedgerEntry(
        id=f"{payment.id}.{name}",
        kind=name.partition(".")[0],
        payment_id=payment.id,
        order_id=payment.order_id,
        debit=debit,
        credit=credit,
        amount=payment.amount if amount is None else amount,
        currency=payment.currency,
    )
