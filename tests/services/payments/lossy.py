"""A table and a provider between which a process may die, and answers may be lost or late."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from payment_simulator.authorization import (
    AUTHORIZED,
    PENDING,
    Authorization,
    AuthorizationStateError,
    GivenBack,
    RefundTooLargeError,
    first_authorization,
)
from payment_simulator.cards import card
from payments.observation import Observation
from payments.payment import Payment, Refund
from payments.provider import OutcomeUnknownError, ProviderRefusedError
from store.errors import UnavailableError
from store.operations import Delete, Operation, Put, Update
from store.table import Table

ResultT = TypeVar("ResultT")

FATES = ("fine", "dies before", "dies after", "lost before", "lost after", "late")
"""What becomes of a call: the process dies, or the call or its answer is lost, or the effect comes later."""


class DeathError(BaseException):
    """The process was killed."""


@dataclass(kw_only=True)
class Fates:
    """What becomes of the next calls; all is fine when nothing is left."""

    coming: list[str] = field(default_factory=list)

    def next(self) -> str:
        return self.coming.pop(0) if self.coming else "fine"

    def around(self, call: Callable[[], ResultT], *, lost: type[Exception]) -> ResultT:
        fate = self.next()
        if fate == "dies before":
            raise DeathError
        if fate in ("lost before", "late"):
            raise lost("lost")
        result = call()
        if fate == "dies after":
            raise DeathError
        if fate == "lost after":
            raise lost("lost")
        return result


class LossyTable(Table):
    """A real table whose writes meet their fate."""

    def __init__(self, table: Table, fates: Fates) -> None:
        super().__init__(name=table.name, client=table._client)
        self._fates = fates

    def write(self, operation: Put | Update | Delete) -> None:
        write = super().write
        self._fates.around(lambda: write(operation), lost=UnavailableError)

    def transact(self, operations: Sequence[Operation], *, token: str | None = None) -> None:
        transact = super().transact
        self._fates.around(lambda: transact(operations, token=token), lost=UnavailableError)


@dataclass(kw_only=True)
class LossyProvider:
    """A provider whose calls meet their fate; it decides by the payment simulator's own rules.

    Attributes:
        authorizations: by the payment's id: the truth about the money.
        late: authorizations that were asked for and are not there yet.
        webhooks: all that it ever had to tell, in order.
    """

    fates: Fates
    authorizations: dict[str, Authorization] = field(default_factory=dict)
    late: list[Payment] = field(default_factory=list)
    webhooks: list[Observation] = field(default_factory=list)
    name: str = "payment_simulator"

    def authorize(self, payment: Payment, *, email: str | None) -> Observation:  # noqa: ARG002
        def effect() -> Observation:
            if payment.id not in self.authorizations:
                self._store(
                    first_authorization(
                        id=f"a-{payment.id}",
                        reference=payment.id,
                        currency=payment.currency,
                        amount=payment.amount,
                        card=card(payment.token),
                        created_at=payment.created_at,
                    )
                )
            return observation(self.authorizations[payment.id])

        if self.fates.coming[:1] == ["late"]:
            self.late.append(payment)
        return self.fates.around(effect, lost=OutcomeUnknownError)

    def arrive(self) -> None:
        """What was late arrives."""
        for payment in self.late:
            fates, self.fates = self.fates, Fates()
            self.authorize(payment, email=None)
            self.fates = fates
        self.late.clear()

    def find(self, payment_id: str) -> Observation | None:
        def effect() -> Observation | None:
            found = self.authorizations.get(payment_id)
            return None if found is None else observation(found)

        return self.fates.around(effect, lost=OutcomeUnknownError)

    def capture(self, payment_id: str, provider_reference: str) -> Observation:
        return self._change(payment_id, provider_reference, Authorization.captured)

    def void(self, payment_id: str, provider_reference: str) -> Observation:
        return self._change(payment_id, provider_reference, Authorization.voided)

    def refund(self, payment: Payment, provider_reference: str, refund: Refund) -> Observation:
        given_back = GivenBack(reference=refund.id, amount=refund.amount)
        return self._change(payment.id, provider_reference, lambda now: now.refunded_by(given_back))

    def read_webhook(self, headers: Mapping[str, str], body: bytes, *, now: float) -> Observation:
        raise NotImplementedError

    def challenge(self, payment_id: str, *, passed: bool) -> None:
        """The payer answers, if there is anything to answer."""
        now = self.authorizations.get(payment_id)
        if now is not None and now.status == PENDING:
            self._store(now.challenged(passed=passed))

    def holds(self, payment_id: str) -> bool:
        """Whether anything is held, may come to be, or was taken and not given back."""
        now = self.authorizations.get(payment_id)
        if now is None:
            return False
        return now.status in (PENDING, AUTHORIZED) or (now.status == "captured" and now.refunded < now.amount)

    def _change(
        self, payment_id: str, provider_reference: str, change: Callable[[Authorization], Authorization]
    ) -> Observation:
        def effect() -> Observation:
            before = self.authorizations[payment_id]
            assert provider_reference == before.id
            try:
                after = change(before)
            except (AuthorizationStateError, RefundTooLargeError) as error:
                raise ProviderRefusedError(str(error)) from error
            if after is not before:
                self._store(after)
            return observation(after)

        return self.fates.around(effect, lost=OutcomeUnknownError)

    def _store(self, authorization: Authorization) -> None:
        self.authorizations[authorization.reference] = authorization
        self.webhooks.append(observation(authorization))


def observation(authorization: Authorization) -> Observation:
    """What the provider says of an authorization."""
    return Observation(
        payment_id=authorization.reference,
        provider_reference=authorization.id,
        status=authorization.status,
        decline_code=authorization.decline_code,
        challenge_url="https://shop.example/challenge" if authorization.status == PENDING else None,
        refunds=frozenset(refund.reference for refund in authorization.refunds),
    )
