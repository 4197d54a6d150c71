"""A payment and what may become of it. Knows nothing of pydantic: reads import it.

What is wanted of the provider is written before the provider is asked (``capture_requested``, ``void_requested``, a
pending refund), and what the provider did is learnt by observing it, from an answer, a webhook or a question. Observing
something twice, late or after something later changes nothing, so no step need know which of them came first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from payments.observation import AUTHORIZED, CAPTURED, DECLINED, PENDING, VOIDED, Observation

MAXIMUM_REFUNDS = 50
SUCCEEDED, FAILED = "succeeded", "failed"

_FOLLOWERS = {
    PENDING: (AUTHORIZED, DECLINED, CAPTURED, VOIDED),
    AUTHORIZED: (CAPTURED, VOIDED),
    DECLINED: (),
    CAPTURED: (),
    VOIDED: (),
}
"""What may be observed after each status; anything else is old news."""


class PaymentStateError(Exception):
    """The payment is in no state for that."""


class RefundExceedsCaptureError(Exception):
    """More would be given back than was taken."""


class RefundChangedError(Exception):
    """The same refund was asked for with another amount."""


@dataclass(frozen=True, kw_only=True)
class Refund:
    """A part of a captured amount that is given back.

    Attributes:
        id: ours.
        amount: in minor units.
        status: pending until the provider has said what became of it, then succeeded or failed.
    """

    id: str
    amount: int
    status: str = PENDING


@dataclass(frozen=True, kw_only=True)
class Payment:
    """One payment.

    Attributes:
        id: the caller's choice.
        currency: ISO 4217.
        amount: what is to be paid, in minor units.
        token: what it is paid with.
        provider: who authorizes it.
        provider_reference: the provider's id of it, once known.
        status: pending, authorized, declined, captured or voided.
        capture_requested: somebody wants it captured; the provider may have done so already.
        void_requested: nothing may be held or taken any more; what the provider authorizes late is voided.
        refunds: in the order in which they were asked for.
        created_at: RFC 3339, like ``updated_at``.
        version: grows with every change.
    """

    id: str
    checkout_id: str
    order_id: str
    currency: str
    amount: int
    token: str
    provider: str
    provider_reference: str | None = None
    status: str = PENDING
    decline_code: str | None = None
    challenge_url: str | None = None
    capture_requested: bool = False
    void_requested: bool = False
    refunds: tuple[Refund, ...] = ()
    created_at: str
    updated_at: str
    version: int = 1

    @property
    def captured(self) -> int:
        """What was taken, in minor units."""
        return self.amount if self.status == CAPTURED else 0

    @property
    def refunded(self) -> int:
        """What was given back, in minor units."""
        return sum(refund.amount for refund in self.refunds if refund.status == SUCCEEDED)

    @property
    def refundable(self) -> int:
        """What can still be given back, in minor units; what is being given back cannot."""
        return self.captured - sum(refund.amount for refund in self.refunds if refund.status != FAILED)

    @property
    def shown_status(self) -> str:
        """The status as clients see it, which tells refunds too."""
        if self.status != CAPTURED or not self.refunded:
            return self.status
        return "refunded" if self.refunded == self.captured else "partially_refunded"

    def asks_for_the_same(self, other: Payment) -> bool:
        """Whether another one asks for what this one does."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("id", "checkout_id", "order_id", "currency", "amount", "token")
        )

    def refund(self, refund_id: str) -> Refund | None:
        """Give one of its refunds, or None."""
        return next((refund for refund in self.refunds if refund.id == refund_id), None)

    def with_capture_requested(self) -> Payment:
        """Give it after somebody asked for its amount; the same object when that is so already.

        Raises:
            PaymentStateError: it is not authorized, or shall be voided.
        """
        if self.status == CAPTURED:
            return self
        if self.status != AUTHORIZED or self.void_requested:
            raise PaymentStateError(f"the payment is {self._state}; to be captured it must be authorized")
        return self if self.capture_requested else replace(self, capture_requested=True)

    def with_void_requested(self) -> Payment:
        """Give it after somebody asked that nothing be held; the same object when nothing will be.

        What is captured at the same moment shall be given back, see ``must_be_refunded``.

        Raises:
            PaymentStateError: its amount was taken before, and not all of it was given back.
        """
        if self.status == CAPTURED and self.refunded < self.captured and not self.void_requested:
            raise PaymentStateError(f"the payment is {self.shown_status}; refund what was captured")
        if self.status in (CAPTURED, DECLINED) or self.void_requested:
            return self
        return replace(self, void_requested=True)

    def never_authorized(self) -> Payment:
        """Give it after its provider was asked and knew nothing of it: voided at once if that is wanted."""
        if self.status == PENDING and self.void_requested:
            return replace(self, status=VOIDED, challenge_url=None)
        return self

    def with_refund(self, refund_id: str, amount: int | None) -> Payment:
        """Give it after somebody asked for some of it back; the same object when that was asked for before.

        Args:
            refund_id: names the refund.
            amount: in minor units; all that can be given back when None.

        Raises:
            PaymentStateError: nothing was taken, or it has 50 refunds.
            RefundExceedsCaptureError: less can be given back.
            RefundChangedError: the refund was asked for with another amount.
        """
        earlier = self.refund(refund_id)
        if earlier is not None:
            if amount not in (None, earlier.amount):
                raise RefundChangedError(f"refund {refund_id} was asked for with {earlier.amount}, not {amount}")
            return self
        if self.status != CAPTURED:
            raise PaymentStateError(f"the payment is {self._state}; to be refunded it must be captured")
        if len(self.refunds) == MAXIMUM_REFUNDS:
            raise PaymentStateError(f"the payment has {MAXIMUM_REFUNDS} refunds; no more are taken")
        wanted = self.refundable if amount is None else amount
        if not 0 < wanted <= self.refundable:
            raise RefundExceedsCaptureError(f"refund is {wanted}; {self.refundable} of {self.captured} are left")
        return replace(self, refunds=(*self.refunds, Refund(id=refund_id, amount=wanted)))

    def with_refund_failed(self, refund_id: str) -> Payment:
        """Give it after the provider refused a refund; the same object when that was known."""
        return self._with_refunds(
            replace(refund, status=FAILED) if refund.id == refund_id and refund.status == PENDING else refund
            for refund in self.refunds
        )

    def observed(self, seen: Observation) -> Payment:
        """Give it as it is known after its provider was observed; the same object when that is old news.

        What ``must_be_voided`` is not taken note of: it is undone at the provider instead.
        """
        if self.must_be_voided(seen):
            return self
        known = self._with_refunds(
            replace(refund, status=SUCCEEDED) if refund.id in seen.refunds else refund for refund in self.refunds
        )
        if known.provider_reference is None and seen.provider_reference is not None:
            known = replace(known, provider_reference=seen.provider_reference)
        if seen.status in _FOLLOWERS[self.status]:
            return replace(known, status=seen.status, decline_code=seen.decline_code, challenge_url=None)
        if self.status == seen.status == PENDING and seen.challenge_url != self.challenge_url:
            return replace(known, challenge_url=seen.challenge_url)
        return known

    def must_be_voided(self, seen: Observation) -> bool:
        """Whether the provider holds, or may come to hold, what nobody wants any more."""
        return self.void_requested and seen.status in (PENDING, AUTHORIZED)

    @property
    def must_be_refunded(self) -> bool:
        """Whether it was captured while somebody asked that nothing be taken, and not all of it was given back."""
        return self.void_requested and self.refunded < self.captured

    @property
    def may_show_up(self) -> bool:
        """Whether it was voided because its provider had not heard of it, though it may have been on its way there."""
        return self.status == VOIDED and self.provider_reference is None

    @property
    def waits_for_provider(self) -> bool:
        """Whether its provider has yet to say what became of something, or may still hold what nobody wants."""
        is_asked = self.status == AUTHORIZED and (self.capture_requested or self.void_requested)
        is_refunded = any(refund.status == PENDING for refund in self.refunds)
        return self.status == PENDING or is_asked or self.may_show_up or is_refunded

    @property
    def _state(self) -> str:
        return "being voided" if self.void_requested and self.status != VOIDED else self.shown_status

    def _with_refunds(self, refunds: Iterable[Refund]) -> Payment:
        after = tuple(refunds)
        return self if after == self.refunds else replace(self, refunds=after)


def refund_id(payment_id: str, key: str) -> str:
    """Give the id of the refund that is asked for under a key of the caller's: 32 hexadecimal digits."""
    return sha256(f"{payment_id}\n{key}".encode()).hexdigest()[:32]


def newly_succeeded(before: Payment, after: Payment) -> tuple[Refund, ...]:
    """Give the refunds that a change of a payment is about: those that succeeded by it."""
    known = {refund.id for refund in before.refunds if refund.status == SUCCEEDED}
    return tuple(refund for refund in after.refunds if refund.status == SUCCEEDED and refund.id not in known)
