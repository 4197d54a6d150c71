"""Asks the provider what became of payments of which it has said nothing for minutes: a webhook may be lost for good.

What it answers is observed as a webhook is, so it makes no difference which of the two comes first.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from aws_lambda_powertools import Logger

from payments.processing import PaymentProcessing
from payments.provider import OutcomeUnknownError
from payments.repository import UnknownPaymentError
from payments.waiting import GIVEN_UP, WAITING_SHARDS, next_question
from payments.waiting_repository import DueQuestion, WaitingPayments
from store.errors import StoreError

ASKED_AT_ONCE = 16
ASKED_OF_A_SHARD = 25
"""At most, in one sweep; the next comes a minute later."""
SWEEP_SECONDS = 15.0
"""After this no question begins. The longest, which has something voided too, takes thirty; the function may run for
sixty."""

_ASKERS = ThreadPoolExecutor(max_workers=ASKED_AT_ONCE, thread_name_prefix="sweep")
_logger = Logger()


def sweep(waiting: WaitingPayments, processing: PaymentProcessing, *, now: datetime) -> Mapping[str, int]:
    """Ask about what is due; give how many payments were settled, still wait, got no answer, or were given up.

    What gets no answer is put off like the rest, so that it keeps no other from being asked about.

    Args:
        waiting: finds them.
        processing: asks the provider, and observes what it says.
        now: the present time.
    """
    end = time.monotonic() + SWEEP_SECONDS

    def ask_those_of(shard: int) -> Counter[str]:
        outcomes = Counter[str]()
        if time.monotonic() < end:
            for due in waiting.due(shard, now=now, limit=ASKED_OF_A_SHARD):
                if time.monotonic() < end and (outcome := _outcome(due, waiting, processing, now=now)):
                    outcomes[outcome] += 1
        return outcomes

    # When time is too short for all, it is not always the same that are left out.
    shards = random.sample(range(WAITING_SHARDS), WAITING_SHARDS)
    return sum(_ASKERS.map(ask_those_of, shards), Counter[str]())


def _outcome(due: DueQuestion, waiting: WaitingPayments, processing: PaymentProcessing, *, now: datetime) -> str | None:
    """Ask, unless somebody else does; give what came of it."""
    try:
        if not waiting.take(due, now=now):
            return None
        payment = processing.ask_again(due.payment_id)
        if not payment.waits_for_provider:
            return "settled"
        outcome, why = "waiting", f"the payment is {payment.shown_status}"
    except (OutcomeUnknownError, UnknownPaymentError, StoreError) as error:
        outcome, why = "unanswered", str(error)
    if next_question(due.waiting_since, now=now) is None:
        _logger.error(GIVEN_UP, payment_id=due.payment_id, reason=why)
        return "given_up"
    if outcome == "unanswered":
        _logger.warning("provider not heard", payment_id=due.payment_id, reason=why)
    return outcome
