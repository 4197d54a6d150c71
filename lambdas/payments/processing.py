"""What is done with payments, between the table and the provider.

Each step writes what it is about to ask of the provider, asks, and observes the answer. It may be cut off between any
two of them: asked again, it goes on from what was written, and the provider's webhooks go on without being asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from payments.observation import AUTHORIZED, CAPTURED, DECLINED, PENDING, Observation
from payments.payment import FAILED, Payment, PaymentStateError, Refund, refund_id
from payments.provider import (
    OutcomeUnknownError,
    PaymentProvider,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from payments.repository import PaymentRepository

REFUSED = "provider_refused"


class PaymentExistsError(Exception):
    """There is a payment of this id, for something else."""


class PaymentVoidedError(Exception):
    """The payment was voided, before or after it was asked for."""


@dataclass(frozen=True, kw_only=True)
class PaymentProcessing:
    """Authorizes, captures, voids and refunds payments.

    Args:
        payments: where they are kept.
        provider: who is asked.
        correlation_id: of the request or event that all of it is for.
    """

    payments: PaymentRepository
    provider: PaymentProvider
    correlation_id: str

    def authorize(self, wanted: Payment, *, email: str | None) -> tuple[Payment, bool]:
        """Give the payment after the provider was asked to authorize it, and whether it is a new one.

        It is pending when the provider has not said what became of it, in time, but will.

        Args:
            wanted: what is to be paid, as a payment that is not stored yet.
            email: of who pays, if known.

        Raises:
            PaymentExistsError: another payment has this id.
            PaymentVoidedError: it was voided.
            ProviderUnavailableError: the provider could not be asked. Ask again.
        """
        payment, is_new = self.payments.begin(wanted)
        if payment is None or payment.void_requested:
            raise PaymentVoidedError(f"payment {wanted.id} was voided")
        if not payment.asks_for_the_same(wanted):
            raise PaymentExistsError(f"payment {wanted.id} is for something else")
        if payment.status != PENDING:
            return payment, is_new
        try:
            seen = None if is_new else self.provider.find(payment.id)
            if seen is None:
                seen = self._authorized(payment, email)
            payment = self.observe(seen)
        except ProviderUnavailableError:
            raise
        except OutcomeUnknownError:
            payment = self.payments.get(payment.id)
        if payment.void_requested:
            raise PaymentVoidedError(f"payment {payment.id} was voided meanwhile")
        return payment, is_new

    def capture(self, payment_id: str) -> Payment:
        """Give the payment with its amount taken.

        Raises:
            UnknownPaymentError: there is none.
            PaymentStateError: it is not authorized.
            OutcomeUnknownError: the provider has not said what became of it. Ask again.
        """
        payment = self.payments.get(payment_id)
        if payment.status == PENDING:
            payment = self._asked_again(payment)
        payment = self._change(payment_id, Payment.with_capture_requested)
        if payment.status == CAPTURED:
            return payment
        try:
            seen = self.provider.capture(payment_id, _reference(payment))
        except ProviderRefusedError as error:
            payment = self._asked_again(payment)
            if payment.status != CAPTURED:
                raise PaymentStateError(f"the payment is {payment.shown_status}; the provider refused") from error
            return payment
        return self.observe(seen)

    def void(self, payment_id: str) -> Payment | None:
        """Give the payment with nothing held, now or later; None when there is none, and never will be.

        What is captured at the same moment is given back.

        Raises:
            PaymentStateError: its amount was taken before.
            OutcomeUnknownError: the provider has not said what became of it. Ask again.
        """
        payment = self.payments.request_void(payment_id, correlation_id=self.correlation_id)
        if payment is None or payment.status == DECLINED:
            return payment
        if payment.status in (PENDING, AUTHORIZED) or payment.may_show_up:
            payment = self._asked_again(payment)
            if payment.status in (PENDING, AUTHORIZED):
                raise OutcomeUnknownError(f"the provider has not voided payment {payment_id}")
        if payment.must_be_refunded:
            return self._given_back(payment)
        return payment

    def refund(self, payment_id: str, *, refund_id: str, amount: int | None) -> tuple[Payment, Refund]:
        """Give the payment and a refund of it, which has succeeded or failed.

        Args:
            payment_id: which.
            refund_id: the same when it is asked for again.
            amount: in minor units; all that is left when None.

        Raises:
            UnknownPaymentError: there is none.
            PaymentStateError: it was not captured.
            RefundExceedsCaptureError: less is left.
            RefundChangedError: it was asked for with another amount before.
            OutcomeUnknownError: the provider has not said what became of it. Ask again.
        """
        payment = self.payments.get(payment_id)
        if payment.status == AUTHORIZED and payment.capture_requested:
            payment = self._asked_again(payment)
        payment = self._change(payment_id, lambda now: now.with_refund(refund_id, amount))
        refund = _refund(payment, refund_id)
        if refund.status == PENDING:
            try:
                payment = self.observe(self.provider.refund(payment, _reference(payment), refund))
            except ProviderRefusedError:
                payment = self._after_refused_refund(payment, refund_id)
        refund = _refund(payment, refund_id)
        if refund.status == PENDING:
            raise OutcomeUnknownError(f"the provider has not made refund {refund_id} yet")
        return payment, refund

    def receive(self, headers: Mapping[str, str], body: bytes, *, now: float) -> Payment:
        """Give the payment after a webhook of its provider.

        Raises:
            UnverifiedWebhookError: it is not signed by the provider, or not lately.
            UnreadableWebhookError: it is, and not understood.
            UnknownPaymentError: it is about a payment that there is not.
            OutcomeUnknownError: what it makes necessary could not be done. Let it be sent again.
        """
        return self.observe(self.provider.read_webhook(headers, body, now=now))

    def ask_again(self, payment_id: str) -> Payment:
        """Give the payment after its provider was asked what became of it, unless nothing is waited for.

        Raises:
            UnknownPaymentError: there is none.
            OutcomeUnknownError: the provider did not answer, or not whether it voided what nobody wants.
        """
        payment = self.payments.get(payment_id)
        return self._asked_again(payment) if payment.waits_for_provider else payment

    def observe(self, seen: Observation) -> Payment:
        """Give the payment after its provider was observed; what it holds and nobody wants is voided there.

        Raises:
            UnknownPaymentError: there is no such payment.
            OutcomeUnknownError: the provider has not said whether it voided it.
        """
        payment = self._change(seen.payment_id, lambda now: now.observed(seen))
        if not payment.must_be_voided(seen) or seen.provider_reference is None:
            return payment
        try:
            after = self.provider.void(payment.id, seen.provider_reference)
        except ProviderRefusedError:
            found = self.provider.find(payment.id)
            if found is None or payment.must_be_voided(found):
                raise OutcomeUnknownError("the provider neither voids the payment nor says why") from None
            after = found
        return self._change(payment.id, lambda now: now.observed(after))

    def _authorized(self, payment: Payment, email: str | None) -> Observation:
        try:
            return self.provider.authorize(payment, email=email)
        except ProviderRefusedError:
            found = self.provider.find(payment.id)
            return found or Observation(
                payment_id=payment.id, provider_reference=None, status=DECLINED, decline_code=REFUSED
            )

    def _asked_again(self, payment: Payment) -> Payment:
        seen = self.provider.find(payment.id)
        return self._change(payment.id, Payment.never_authorized) if seen is None else self.observe(seen)

    def _given_back(self, payment: Payment) -> Payment:
        wanted = refund_id(payment.id, "void")
        if payment.refundable or payment.refund(wanted) is not None:
            payment, refund = self.refund(payment.id, refund_id=wanted, amount=None)
            if refund.status == FAILED:
                raise PaymentStateError(f"payment {payment.id} was captured, and the provider refuses to give it back")
        if payment.must_be_refunded:
            raise OutcomeUnknownError(f"a refund of payment {payment.id} is under way")
        return payment

    def _after_refused_refund(self, payment: Payment, refund_id: str) -> Payment:
        payment = self._asked_again(payment)
        return self._change(payment.id, lambda now: now.with_refund_failed(refund_id))

    def _change(self, payment_id: str, change: Callable[[Payment], Payment]) -> Payment:
        return self.payments.change(payment_id, change, correlation_id=self.correlation_id)


def _refund(payment: Payment, refund_id: str) -> Refund:
    found = payment.refund(refund_id)
    if found is None:
        raise LookupError(f"payment {payment.id} has lost its refund {refund_id}")
    return found


def _reference(payment: Payment) -> str:
    if payment.provider_reference is None:
        raise PaymentStateError(f"the payment is {payment.shown_status}, and its provider has no id of it")
    return payment.provider_reference
