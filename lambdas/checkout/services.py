"""The other services, as checkout asks them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar

from pydantic import Field

from checkout.refusal import RefusedError, is_kind
from contracts.address import Destination
from contracts.cart import CartLockRequest, LockedCart
from contracts.model import Contract
from contracts.order import OrderRequest, ShippingOption
from contracts.payment import Payment, PaymentRequest
from contracts.pricing import Quote, QuoteItem, QuoteRequest, RedemptionRequest
from contracts.reservation import MAXIMUM_ITEMS
from service_client.client import ServiceClient
from service_client.errors import CallRefusedError

_NO = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})
"""What a service says no by; any other status of a caller's mistake is ours, and nothing a customer can change."""

AnswerT = TypeVar("AnswerT", bound=Contract)


class _ShippingOptions(Contract):
    items: tuple[ShippingOption, ...] = Field(strict=False)


class Services:
    """Calls to other services; each may be made twice.

    Every method raises ``RefusedError`` when the service says no and ``ServiceUnavailableError`` when it says nothing.

    Args:
        client: who calls.
        checkout_id: on whose behalf; every call that has an effect is known by it.
        correlation_id: of the request that began the checkout.
    """

    def __init__(self, client: ServiceClient, *, checkout_id: str, correlation_id: str) -> None:
        self._client = client
        self._checkout_id = checkout_id
        self._correlation_id = correlation_id

    def lock_cart(self, cart_id: str, *, customer_id: str | None) -> LockedCart:
        """Keep the cart as it is, and give what is in it."""
        body = CartLockRequest(checkout_id=self._checkout_id, customer_id=customer_id)
        return self._ask(LockedCart, "PUT /v1/carts/{id}/checkout", body, id=cart_id)

    def unlock_cart(self, cart_id: str) -> None:
        """Let the cart be changed again."""
        self._undo("DELETE /v1/carts/{id}/checkout/{checkout_id}", id=cart_id, checkout_id=self._checkout_id)

    def shipping_options(self, cart: LockedCart, destination: Destination) -> tuple[ShippingOption, ...]:
        """Give the ways in which the cart can travel."""
        body = {
            "destination": destination.model_dump(mode="json", exclude_none=True),
            "items": [item.model_dump(mode="json") for item in cart.items],
            "currency": cart.currency,
        }
        return _ShippingOptions.model_validate_json(json.dumps(self._call("POST /v1/shipping/quotes", body))).items

    def quote(self, request: QuoteRequest) -> Quote:
        """Give what it costs."""
        return self._ask(Quote, "POST /v1/prices/quotes", request)

    def redeem(self, code: str, *, customer_id: str | None, email: str) -> None:
        """Let this use of a promotion count."""
        body = RedemptionRequest(customer_id=customer_id, email=email).model_dump(mode="json", exclude_none=True)
        self._call("PUT /v1/promotions/{code}/redemptions/{id}", body, code=code, id=self._checkout_id)

    def give_back(self, code: str) -> None:
        """Let this use of a promotion not count."""
        self._undo("DELETE /v1/promotions/{code}/redemptions/{id}", code=code, id=self._checkout_id)

    def reserve(self, items: tuple[QuoteItem, ...], *, expires_in_seconds: int) -> None:
        """Hold the stock."""
        if len(items) > MAXIMUM_ITEMS:
            raise RefusedError("too-many-items", f"{len(items)} different SKUs; {MAXIMUM_ITEMS} are possible")
        wanted = [item.model_dump(mode="json") for item in items]
        body = {"items": wanted, "expires_in_seconds": expires_in_seconds}
        self._call("PUT /v1/reservations/{id}", body, id=self._checkout_id)

    def release(self) -> None:
        """Hold no stock."""
        self._undo("DELETE /v1/reservations/{id}", id=self._checkout_id)

    def commit(self) -> None:
        """Take the stock that is held."""
        self._call("POST /v1/reservations/{id}/commit", None, id=self._checkout_id)

    def authorize(self, request: PaymentRequest) -> Payment:
        """Authorize the payment, or learn how it fares."""
        return self._ask(Payment, "PUT /v1/payments/{id}", request, id=self._checkout_id)

    def void(self) -> None:
        """Let nothing be authorized."""
        self._undo("POST /v1/payments/{id}/void", settled="payment-state", id=self._checkout_id)

    def capture(self) -> None:
        """Take the money."""
        self._call("POST /v1/payments/{id}/capture", None, id=self._checkout_id)

    def refund(self) -> None:
        """Give all of the money back that was taken."""
        self._undo("POST /v1/payments/{id}/refunds", {}, settled="payment-state", id=self._checkout_id)

    def create_order(self, order_id: str, order: OrderRequest) -> None:
        """Make the order, not yet confirmed."""
        self._call("PUT /v1/orders/{id}", order.model_dump(mode="json", exclude_none=True), id=order_id)

    def reject_order(self, order_id: str, *, reason: str) -> None:
        """Let the order come to nothing; one that never was is nothing already."""
        self._undo("POST /v1/orders/{id}/reject", {"reason": reason}, settled="not-found", id=order_id)

    def confirm_order(self, order_id: str) -> None:
        """Let the order be carried out."""
        self._call("POST /v1/orders/{id}/confirm", None, id=order_id)

    def _ask(self, answer: type[AnswerT], route_key: str, body: Contract, **parameters: str) -> AnswerT:
        given = body.model_dump(mode="json", exclude_none=True)
        # As strict as JSON allows: a tuple is a list there.
        return answer.model_validate_json(json.dumps(self._call(route_key, given, **parameters)))

    def _call(self, route_key: str, body: object, **parameters: str) -> object:
        try:
            return self._send(route_key, body, self._checkout_id, parameters)
        except CallRefusedError as error:
            # A route that nobody serves is a service that is not there, not one that says no.
            if error.status not in _NO or error.kind == "unknown" or not is_kind(error.kind):
                raise
            raise RefusedError(error.kind, error.detail) from error

    def _undo(self, route_key: str, body: object = None, *, settled: str = "", **parameters: str) -> None:
        try:
            self._send(route_key, body, f"{self._checkout_id}-undo", parameters)
        except CallRefusedError as error:
            # Another compensation has settled it already, or there was nothing.
            if error.kind != settled:
                raise

    def _send(self, route_key: str, body: object, key: str, parameters: Mapping[str, str]) -> object:
        return self._client.call(
            route_key, body=body, idempotency_key=key, correlation_id=self._correlation_id, **parameters
        ).document
