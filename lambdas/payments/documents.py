"""Payments and the ledger as clients see them, without pydantic: reads start faster."""

from __future__ import annotations

from collections.abc import Mapping

from payments.ledger import AccountTotals
from payments.ledger_repository import PostedEntry
from payments.payment import Payment, Refund


def payment_document(payment: Payment) -> dict[str, object]:
    """Give a payment as ``contracts.payment.Payment`` says."""
    return {
        "id": payment.id,
        "checkout_id": payment.checkout_id,
        "order_id": payment.order_id,
        "status": payment.shown_status,
        "amount": _money(payment, payment.amount),
        "captured": _money(payment, payment.captured),
        "refunded": _money(payment, payment.refunded),
        "refunds": [refund_document(payment, refund) for refund in payment.refunds],
        "decline_code": payment.decline_code,
        "challenge_url": payment.challenge_url,
        "provider": payment.provider,
        "provider_reference": payment.provider_reference,
        "created_at": payment.created_at,
        "updated_at": payment.updated_at,
    }


def refund_document(payment: Payment, refund: Refund) -> dict[str, object]:
    """Give a refund as ``contracts.payment.Refund`` says."""
    return {"id": refund.id, "amount": _money(payment, refund.amount), "status": refund.status}


def entry_document(posted: PostedEntry) -> dict[str, object]:
    """Give an entry of the ledger."""
    entry = posted.entry
    return {
        "id": entry.id,
        "kind": entry.kind,
        "posted_at": posted.posted_at,
        "payment_id": entry.payment_id,
        "order_id": entry.order_id,
        "debit": entry.debit,
        "credit": entry.credit,
        "amount": {"currency": entry.currency, "amount": entry.amount},
    }


def balances_document(balances: Mapping[str, Mapping[str, AccountTotals]]) -> list[dict[str, object]]:
    """Give the accounts of each currency; a balance is what was debited less what was credited."""
    return [
        {
            "currency": currency,
            "account": account,
            "debits": totals.debits,
            "credits": totals.credits,
            "balance": totals.debits - totals.credits,
        }
        for currency, accounts in sorted(balances.items())
        for account, totals in sorted(accounts.items())
    ]


def _money(payment: Payment, amount: int) -> dict[str, object]:
    return {"currency": payment.currency, "amount": amount}
