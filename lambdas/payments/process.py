"""What the handlers of one process share, each made when it is first needed."""

from __future__ import annotations

import os
from functools import cache

from payments.ledger_repository import LedgerRepository
from payments.processing import PaymentProcessing
from payments.provider import PaymentProvider
from payments.repository import PaymentRepository
from payments.waiting_repository import WaitingPayments
from store.table import Table


@cache
def payment_repository() -> PaymentRepository:
    """Give the payments, their table opened once."""
    return PaymentRepository(Table())


@cache
def waiting_payments() -> WaitingPayments:
    """Give the payments whose provider is to be asked."""
    return WaitingPayments(Table())


@cache
def ledger_repository() -> LedgerRepository:
    """Give the ledger."""
    return LedgerRepository(Table())


@cache
def payment_provider() -> PaymentProvider:
    """Give the provider that payments are authorized by. Another one is another adapter here."""
    # Reads start faster without a client of HTTP.
    from payments.payment_simulator_adapter import PaymentSimulatorAdapter

    return PaymentSimulatorAdapter(os.environ["PAYMENT_PROVIDER_URL"])


def processing(correlation_id: str) -> PaymentProcessing:
    """Give what works on payments for one request or event."""
    return PaymentProcessing(payments=payment_repository(), provider=payment_provider(), correlation_id=correlation_id)
