"""An authorization, as the payment provider keeps it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from payment_simulator.cards import Card

PENDING, AUTHORIZED, DECLINED, CAPTURED, VOIDED = "pending", "authorized", "declined", "captured", "voided"
MAXIMUM_REFUNDS = 100


class AuthorizationStateError(Exception):
    """The authorization is in no state for that."""


class RefundTooLargeError(Exception):
    """More would be given back than was taken."""


@dataclass(frozen=True, kw_only=True)
class GivenBack:
    """A refund.

    Attributes:
        reference: the merchant's own id of it.
        amount: in minor units.
    """

    reference: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class Authorization:
    """An amount on a card.

    Attributes:
        id: the simulator's.
        reference: the merchant's own id of the payment.
        currency: ISO 4217.
        amount: in minor units.
        status: pending (until a challenge is passed), authorized, declined, captured or voided.
        decline_code: why it was declined.
        refunds: what was given back.
        deliveries: how many times each webhook is sent.
        sequence: grows with every change.
        created_at: RFC 3339.
    """

    id: str
    reference: str
    currency: str
    amount: int
    status: str
    decline_code: str | None = None
    refunds: tuple[GivenBack, ...] = ()
    deliveries: int = 1
    sequence: int = 1
    created_at: str

    @property
    def refunded(self) -> int:
        """What was given back, in minor units."""
        return sum(refund.amount for refund in self.refunds)

    def challenged(self, *, passed: bool) -> Authorization:
        """Give it after its payer has shown who they are, or has not; the same object when that was known.

        Raises:
            AuthorizationStateError: it waits for nobody, or the challenge ended the other way.
        """
        wanted = AUTHORIZED if passed else DECLINED
        if self.status == wanted:
            return self
        self._require(PENDING, to="be challenged")
        return self._changed(status=wanted, decline_code=None if passed else "challenge_failed")

    def captured(self) -> Authorization:
        """Give it with its amount taken; the same object if it was.

        Raises:
            AuthorizationStateError: it is not authorized.
        """
        if self.status == CAPTURED:
            return self
        self._require(AUTHORIZED, to="be captured")
        return self._changed(status=CAPTURED)

    def voided(self) -> Authorization:
        """Give it with nothing held; the same object if it was.

        Raises:
            AuthorizationStateError: it was captured or declined.
        """
        if self.status == VOIDED:
            return self
        self._require(PENDING, AUTHORIZED, to="be voided")
        return self._changed(status=VOIDED)

    def refunded_by(self, refund: GivenBack) -> Authorization:
        """Give it with some of its amount given back; the same object if that refund was made before.

        Raises:
            AuthorizationStateError: it was not captured, or has 100 refunds.
            RefundTooLargeError: less is left, or the refund was made with another amount.
        """
        self._require(CAPTURED, to="be refunded")
        for earlier in self.refunds:
            if earlier.reference == refund.reference:
                if earlier.amount != refund.amount:
                    raise RefundTooLargeError(f"refund {refund.reference} was {earlier.amount}, not {refund.amount}")
                return self
        if len(self.refunds) == MAXIMUM_REFUNDS:
            raise AuthorizationStateError(f"the authorization has {MAXIMUM_REFUNDS} refunds; no more are taken")
        if self.refunded + refund.amount > self.amount:
            left = self.amount - self.refunded
            raise RefundTooLargeError(f"refund is {refund.amount}; {left} of {self.amount} are left")
        return self._changed(refunds=(*self.refunds, refund))

    def _require(self, *statuses: str, to: str) -> None:
        if self.status not in statuses:
            raise AuthorizationStateError(f"the authorization is {self.status}; to {to} it must be {statuses[-1]}")

    def _changed(self, **fields: object) -> Authorization:
        return replace(self, sequence=self.sequence + 1, **fields)  # type: ignore[arg-type]  # fields of this class


def first_authorization(
    *, id: str, reference: str, currency: str, amount: int, card: Card, created_at: str
) -> Authorization:
    """Give what becomes of a card that is to be charged."""
    status = DECLINED if card.decline_code else PENDING if card.challenged else AUTHORIZED
    return Authorization(
        id=id,
        reference=reference,
        currency=currency,
        amount=amount,
        status=status,
        decline_code=card.decline_code,
        deliveries=card.deliveries,
        created_at=created_at,
    )
