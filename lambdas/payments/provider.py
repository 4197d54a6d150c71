"""What the payments service needs of a payment provider, whichever it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from payments.observation import Observation
from payments.payment import Payment, Refund


class OutcomeUnknownError(Exception):
    """The provider did not answer, or not in time: it may have done what it was asked, or may do so later."""


class ProviderUnavailableError(OutcomeUnknownError):
    """The provider cannot be reached or does not work, so that nothing may ever follow: ask again."""


class ProviderRefusedError(Exception):
    """The provider did not do what it was asked, and will not: the payment is in no state for it there."""


class UnverifiedWebhookError(Exception):
    """Nothing shows that the webhook is the provider's."""


class UnreadableWebhookError(Exception):
    """The webhook is the provider's, and not understood."""


class PaymentProvider(Protocol):
    """A payment provider; one adapter each.

    Whatever is asked twice must have one effect: an adapter makes the provider's idempotency key of the payment's id
    and the operation. Each method raises ``OutcomeUnknownError``, and those that change something
    ``ProviderRefusedError``.
    """

    @property
    def name(self) -> str:
        """What it is called in payments and in its webhooks' address."""

    def authorize(self, payment: Payment, *, email: str | None) -> Observation:
        """Hold the payment's amount.

        Args:
            payment: which.
            email: of who pays, if known; not the same in every call, perhaps.
        """

    def find(self, payment_id: str) -> Observation | None:
        """Give what it knows of a payment now, or None when it has not heard of it so far."""

    def capture(self, payment_id: str, provider_reference: str) -> Observation:
        """Take the amount that is held."""

    def void(self, payment_id: str, provider_reference: str) -> Observation:
        """Let go of the amount that is held, or may come to be."""

    def refund(self, payment: Payment, provider_reference: str, refund: Refund) -> Observation:
        """Give some of the amount back that was taken."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes, *, now: float) -> Observation:
        """Give what a webhook says.

        Args:
            headers: by name in lower case.
            body: as it was received.
            now: seconds since 1970.

        Raises:
            UnverifiedWebhookError: it is not signed by the provider, or not lately.
            UnreadableWebhookError: it is, and not understood.
        """
