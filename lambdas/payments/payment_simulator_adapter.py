"""The built-in payment provider, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote, urlencode

import urllib3
from pydantic import ValidationError

from contracts.payment_simulator import AuthorizationDocument, WebhookMessage
from edge.body_signature import UnverifiedSignatureError, verify
from edge.shared_secret import shared_secret
from payments.observation import Observation
from payments.payment import Payment, Refund
from payments.provider import (
    OutcomeUnknownError,
    ProviderRefusedError,
    ProviderUnavailableError,
    UnreadableWebhookError,
    UnverifiedWebhookError,
)

NAME = "payment_simulator"
SIGNATURE = "payment-simulator-signature"
CONNECT_TIMEOUT_SECONDS = 1.0
READ_TIMEOUT_SECONDS = 3.0
"""Long enough for a provider that works, short enough that three questions fit into one request to us."""

CONNECTIONS = 16
"""Kept open: as many questions as a sweep asks at once."""

_PATH = "/v1/payment-simulator/authorizations"
_NOT_NOW = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE)
_REFUSALS = (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)


class PaymentSimulatorAdapter:
    """The payment simulator as a provider.

    Each call is sent up to three times when the connection fails or the answer is 429, 502 or 503, but not when it does
    not come in time: then the outcome is unknown, and somebody waits.

    Args:
        url: base URL of the API, without a slash at the end.
        read_timeout_seconds: how long an answer is waited for.
    """

    name = NAME

    def __init__(self, url: str, *, read_timeout_seconds: float = READ_TIMEOUT_SECONDS) -> None:
        self._url = url
        self._http = urllib3.PoolManager(
            maxsize=CONNECTIONS,
            timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT_SECONDS, read=read_timeout_seconds),
            retries=urllib3.Retry(
                total=2,
                read=0,
                redirect=0,
                status_forcelist=[int(status) for status in _NOT_NOW],
                allowed_methods=None,
                backoff_factor=0.1,
                respect_retry_after_header=False,
                raise_on_status=False,
            ),
        )

    def close(self) -> None:
        """End its connections."""
        self._http.clear()

    def authorize(self, payment: Payment, *, email: str | None) -> Observation:
        """As ``PaymentProvider.authorize``."""
        body: dict[str, object] = {"reference": payment.id, "amount": _amount(payment), "token": payment.token}
        if email is not None:
            body["email"] = email
        # Sent again with another address, it is refused as another body; then the provider is asked what it knows.
        return self._post("", body, key=f"{payment.id}.authorize")

    def find(self, payment_id: str) -> Observation | None:
        """As ``PaymentProvider.find``."""
        answer = self._request("GET", f"{_PATH}?{urlencode({'reference': payment_id})}")
        items = answer.get("items")
        if not isinstance(items, list):
            raise OutcomeUnknownError("the provider's answer has no items")
        return _observation(items[0]) if items else None

    def capture(self, payment_id: str, provider_reference: str) -> Observation:
        """As ``PaymentProvider.capture``."""
        return self._post(f"/{quote(provider_reference)}/capture", {}, key=f"{payment_id}.capture")

    def void(self, payment_id: str, provider_reference: str) -> Observation:
        """As ``PaymentProvider.void``."""
        return self._post(f"/{quote(provider_reference)}/void", {}, key=f"{payment_id}.void")

    def refund(self, payment: Payment, provider_reference: str, refund: Refund) -> Observation:
        """As ``PaymentProvider.refund``."""
        amount = {"currency": payment.currency, "amount": refund.amount}
        body = {"reference": refund.id, "amount": amount}
        return self._post(f"/{quote(provider_reference)}/refunds", body, key=f"{payment.id}.refund.{refund.id}")

    def read_webhook(self, headers: Mapping[str, str], body: bytes, *, now: float) -> Observation:
        """As ``PaymentProvider.read_webhook``."""
        try:
            verify(body, headers.get(SIGNATURE), secret=shared_secret("WEBHOOK_SECRET"), now=now)
        except UnverifiedSignatureError as error:
            raise UnverifiedWebhookError(f"the signature {error}") from error
        try:
            return _observed(WebhookMessage.model_validate_json(body).data)
        except ValidationError as error:
            raise UnreadableWebhookError("the body is no webhook message") from error

    def _post(self, path: str, body: Mapping[str, object], *, key: str) -> Observation:
        return _observation(self._request("POST", f"{_PATH}{path}", body=body, key=key))

    def _request(
        self, method: str, path: str, *, body: Mapping[str, object] | None = None, key: str | None = None
    ) -> Mapping[str, object]:
        headers = {"Authorization": f"Bearer {shared_secret('API_KEY_SECRET')}"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": str(key)}
        sent = None if body is None else json.dumps(body).encode()
        try:
            answer = self._http.request(method, f"{self._url}{path}", body=sent, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            reason = error.reason if isinstance(error, urllib3.exceptions.MaxRetryError) else error
            if isinstance(reason, urllib3.exceptions.ReadTimeoutError):
                raise OutcomeUnknownError("the provider did not answer in time") from error
            raise ProviderUnavailableError("the provider cannot be reached") from error
        if answer.status in _REFUSALS:
            raise ProviderRefusedError(f"the provider refused {method} {path.partition('?')[0]}: {answer.status}")
        if answer.status == HTTPStatus.GATEWAY_TIMEOUT:
            raise OutcomeUnknownError("the provider did not answer in time")
        if answer.status not in (HTTPStatus.OK, HTTPStatus.CREATED):
            raise ProviderUnavailableError(f"the provider answered {answer.status}")
        try:
            parsed = answer.json()
        except ValueError as error:
            raise OutcomeUnknownError("the provider's answer is no JSON") from error
        if not isinstance(parsed, dict):
            raise OutcomeUnknownError("the provider's answer is no JSON object")
        return parsed


def _amount(payment: Payment) -> dict[str, object]:
    return {"currency": payment.currency, "amount": payment.amount}


def _observation(document: object) -> Observation:
    try:
        # As JSON it may hold what a strict model takes from JSON only.
        return _observed(AuthorizationDocument.model_validate_json(json.dumps(document)))
    except ValidationError as error:
        raise OutcomeUnknownError("the provider's answer is no authorization") from error


def _observed(authorization: AuthorizationDocument) -> Observation:
    return Observation(
        payment_id=authorization.reference,
        provider_reference=authorization.id,
        status=authorization.status,
        decline_code=authorization.decline_code,
        challenge_url=authorization.challenge_url,
        refunds=frozenset(refund.reference for refund in authorization.refunds),
    )
