"""Payments as items of the table."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict, cast

from payments.payment import Payment, Refund
from payments.waiting import first_question, instant, waiting_shard
from store.operations import Item

PAYMENT = "PAYMENT"
VOID_MARK = "VOID_MARK"


class RefundRecord(TypedDict):
    """A refund within its payment's item."""

    id: str
    amount: int
    status: str


class PaymentRecord(TypedDict):
    """A payment's item.

    Attributes:
        waiting_shard: which partition of the index of payments that wait; only as long as it waits for its provider.
        ask_at: when the provider is to be asked next, as the index orders it.
    """

    pk: str
    sk: str
    checkout_id: str
    order_id: str
    currency: str
    amount: int
    token: str
    provider: str
    provider_reference: str | None
    status: str
    decline_code: str | None
    challenge_url: str | None
    capture_requested: bool
    void_requested: bool
    refunds: list[RefundRecord]
    created_at: str
    updated_at: str
    version: int
    waiting_shard: NotRequired[str]
    ask_at: NotRequired[str]


def payment_key(payment_id: str) -> str:
    """Give the partition key of a payment, and of the mark that it was voided before it was asked for."""
    return f"PAYMENT#{payment_id}"


def order_key(order_id: str) -> str:
    """Give the partition key under which an order's payments are listed."""
    return f"ORDER#{order_id}"


def record(payment: Payment) -> PaymentRecord:
    """Give a payment as an item."""
    item: PaymentRecord = {
        "pk": payment_key(payment.id),
        "sk": PAYMENT,
        "checkout_id": payment.checkout_id,
        "order_id": payment.order_id,
        "currency": payment.currency,
        "amount": payment.amount,
        "token": payment.token,
        "provider": payment.provider,
        "provider_reference": payment.provider_reference,
        "status": payment.status,
        "decline_code": payment.decline_code,
        "challenge_url": payment.challenge_url,
        "capture_requested": payment.capture_requested,
        "void_requested": payment.void_requested,
        "refunds": [{"id": made.id, "amount": made.amount, "status": made.status} for made in payment.refunds],
        "created_at": payment.created_at,
        "updated_at": payment.updated_at,
        "version": payment.version,
    }
    if payment.waits_for_provider:
        item["waiting_shard"] = waiting_shard(payment.id)
        item["ask_at"] = instant(first_question(datetime.fromisoformat(payment.updated_at)))
    return item


def payment_of(item: Item) -> Payment:
    """Give the payment that an item holds."""
    stored = cast(PaymentRecord, item)
    return Payment(
        id=stored["pk"].partition("#")[2],
        checkout_id=stored["checkout_id"],
        order_id=stored["order_id"],
        currency=stored["currency"],
        amount=stored["amount"],
        token=stored["token"],
        provider=stored["provider"],
        provider_reference=stored["provider_reference"],
        status=stored["status"],
        decline_code=stored["decline_code"],
        challenge_url=stored["challenge_url"],
        capture_requested=stored["capture_requested"],
        void_requested=stored["void_requested"],
        refunds=tuple(Refund(**made) for made in stored["refunds"]),
        created_at=stored["created_at"],
        updated_at=stored["updated_at"],
        version=stored["version"],
    )
