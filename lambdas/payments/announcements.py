"""What others are told of a payment's change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from contracts.envelope import DomainEvent
from contracts.model import Contract
from contracts.payment_events import (
    AuthorizedPayment,
    CapturedPayment,
    ChallengedPayment,
    DeclinedPayment,
    PaymentAuthorized,
    PaymentCaptured,
    PaymentChallenged,
    PaymentDeclined,
    PaymentRefunded,
    PaymentVoided,
    RefundedPayment,
    VoidedPayment,
)
from payments.observation import AUTHORIZED, CAPTURED, DECLINED, PENDING, VOIDED
from payments.payment import Payment, newly_succeeded

DataT = TypeVar("DataT", bound=Contract)


def announcements(
    before: Payment, after: Payment, *, correlation_id: str, trace_header: str | None
) -> Iterator[DomainEvent[Contract]]:
    """Give the events of a change, in the order in which things happened.

    Args:
        before: the payment before it.
        after: the payment after it.
        correlation_id: of the request or event that caused it.
        trace_header: X-Ray trace header of that, when it is traced.
    """

    def tell(event: type[DomainEvent[DataT]], data: type[DataT], **fields: object) -> DomainEvent[Contract]:
        common = {
            "payment_id": after.id,
            "checkout_id": after.checkout_id,
            "order_id": after.order_id,
            "amount": _money(after, after.amount),
        }
        said = data.model_validate(common | fields)
        return event.of(said, correlation_id=correlation_id, trace_header=trace_header)

    if after.challenge_url is not None and after.challenge_url != before.challenge_url:
        yield tell(PaymentChallenged, ChallengedPayment, challenge_url=after.challenge_url)
    if before.status == PENDING and after.status in (AUTHORIZED, CAPTURED):
        yield tell(PaymentAuthorized, AuthorizedPayment)
    if after.status != before.status:
        if after.status == DECLINED:
            yield tell(PaymentDeclined, DeclinedPayment, decline_code=after.decline_code or "declined")
        elif after.status == CAPTURED:
            yield tell(PaymentCaptured, CapturedPayment)
        elif after.status == VOIDED:
            yield tell(PaymentVoided, VoidedPayment)
    refunded = before.refunded
    for refund in newly_succeeded(before, after):
        refunded += refund.amount
        yield tell(
            PaymentRefunded,
            RefundedPayment,
            amount=_money(after, refund.amount),
            refund_id=refund.id,
            refunded=_money(after, refunded),
            captured=_money(after, after.captured),
        )


def _money(payment: Payment, amount: int) -> dict[str, object]:
    return {"currency": payment.currency, "amount": amount}
