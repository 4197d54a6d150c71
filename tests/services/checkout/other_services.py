"""The other services as checkout meets them: what they hold, and the moments at which they do not answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, cast

from service_client.client import Answer
from service_client.errors import CallRefusedError, ServiceUnavailableError

Lost = Literal["request", "answer"]
"""What gets lost on the way: the request, so that nothing happens, or the answer, after it did."""

USD = "USD"


def money(amount: int) -> dict[str, object]:
    return {"currency": USD, "amount": amount}


@dataclass
class OtherServices:
    """Carts, shipping, pricing, inventory, payments and orders, of one shop with one product.

    Attributes:
        losses: by the number of the call, what gets lost.
        stock: on hand.
        card: what the payment's provider says at once.
        coupon_left: uses of the coupon.
        price: of the product.
        refused_coupons: what the quote says of coupons.
        unheard_price: what pricing goes by once more, as it has not heard of the price yet.
    """

    losses: dict[int, Lost] = field(default_factory=dict)
    stock: int = 1
    card: Literal["authorized", "declined", "pending"] = "authorized"
    coupon_left: int = 1
    price: int = 2000
    refused_coupons: list[dict[str, str]] = field(default_factory=list)
    unheard_price: int | None = None

    calls: int = 0
    locked_by: str | None = None
    redeemed: dict[str, bool] = field(default_factory=dict)
    reservations: dict[str, str] = field(default_factory=dict)
    payments: dict[str, str] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)

    def call(
        self,
        route_key: str,
        *,
        body: object = None,
        idempotency_key: str | None = None,
        correlation_id: str | None = None,
        **parameters: str,
    ) -> Answer:
        """Answer as the service of that route does."""
        assert correlation_id == "c-1"
        assert idempotency_key, f"{route_key} may be sent twice"
        self.calls += 1
        path = re.sub(r"\{(\w+)\}", lambda found: parameters[found[1]], route_key)
        lost = self.losses.get(self.calls)
        if lost == "request":
            raise ServiceUnavailableError(route_key, "no connection", may_pass=True)
        document = self._route(route_key, path)(cast("dict[str, object]", body))
        if lost == "answer":
            raise ServiceUnavailableError(route_key, "no answer", may_pass=True)
        return Answer(status=200, document=document)

    def _route(self, route_key: str, path: str) -> Callable[[dict[str, object]], object]:
        for pattern, answer in self._routes():
            if match := re.fullmatch(pattern, path):
                return lambda body: answer(body, *match.groups())
        raise AssertionError(f"nobody answers {route_key}: {path}")

    def _routes(self) -> Iterator[tuple[str, Callable[..., object]]]:
        yield r"PUT /v1/carts/cart-1/checkout", self._lock
        yield r"DELETE /v1/carts/cart-1/checkout/(\w+)", self._unlock
        yield (
            r"POST /v1/shipping/quotes",
            lambda _body: {
                "items": [{"id": "standard", "name": "Standard", "price": money(500), "promise": {"min_days": 1}}]
            },
        )
        yield r"POST /v1/prices/quotes", self._quote
        yield r"PUT /v1/promotions/TEN/redemptions/(\w+)", self._redeem
        yield r"DELETE /v1/promotions/TEN/redemptions/(\w+)", self._give_back
        yield r"PUT /v1/reservations/(\w+)", self._reserve
        yield r"DELETE /v1/reservations/(\w+)", self._release
        yield r"POST /v1/reservations/(\w+)/commit", self._commit
        yield r"PUT /v1/payments/(\w+)", self._authorize
        yield r"POST /v1/payments/(\w+)/(void|capture|refunds)", self._settle
        yield r"PUT /v1/orders/(\w+)", lambda _body, order: self.orders.setdefault(order, "pending")
        yield r"POST /v1/orders/(\w+)/(confirm|reject)", self._decide

    def _lock(self, body: dict[str, object]) -> object:
        if self.locked_by not in (None, body["checkout_id"]):
            raise CallRefusedError("call", 409, "cart-in-checkout", "somebody else checks it out")
        self.locked_by = cast(str, body["checkout_id"])
        return {"id": "cart-1", "currency": USD, "items": [{"sku": "mug", "quantity": 1}], "coupons": ["ten"]}

    def _unlock(self, _body: object, checkout: str) -> object:
        if self.locked_by == checkout:
            self.locked_by = None
        return None

    def _quote(self, _body: object) -> object:
        nothing = money(0)
        price, self.unheard_price = self.unheard_price or self.price, None
        line = {"sku": "mug", "product_id": "mug", "name": "Mug", "quantity": 1, "unit_price": money(price)}
        line |= {"subtotal": money(price), "discount": money(200), "tax": nothing, "total": money(price - 200)}
        totals = {"subtotal": money(price), "discount": money(200), "shipping": money(500)}
        totals |= {"shipping_discount": nothing, "shipping_tax": nothing, "tax": nothing}
        return {
            "currency": USD,
            "lines": [line],
            "discounts": [{"code": "TEN", "title": "Ten percent", "amount": money(200)}],
            "refused_coupons": self.refused_coupons,
            "unavailable": [],
            **totals,
            "tax_included": False,
            "total": money(price + 300),
        }

    def _redeem(self, _body: object, checkout: str) -> object:
        if self.redeemed.get(checkout) is False:
            raise CallRefusedError("call", 409, "redemption-given-back", "too late")
        if checkout not in self.redeemed:
            if self.coupon_left == 0:
                raise CallRefusedError("call", 409, "coupon-exhausted", "TEN is used up")
            self.coupon_left -= 1
            self.redeemed[checkout] = True
        return {}

    def _give_back(self, _body: object, checkout: str) -> object:
        if self.redeemed.get(checkout):
            self.coupon_left += 1
        self.redeemed[checkout] = False
        return None

    def _reserve(self, _body: object, reservation: str) -> object:
        state = self.reservations.get(reservation)
        if state == "released":
            raise CallRefusedError("call", 409, "reservation-released", "too late")
        if state is None:
            if self.stock - self._held() < 1:
                raise CallRefusedError("call", 409, "insufficient-stock", "0 of mug are available")
            self.reservations[reservation] = "held"
        return {}

    def _held(self) -> int:
        return sum(state == "held" for state in self.reservations.values())

    def _release(self, _body: object, reservation: str) -> object:
        if self.reservations.get(reservation) == "committed":
            raise CallRefusedError("call", 409, "reservation-committed", "it has left")
        self.reservations[reservation] = "released"
        return None

    def _commit(self, _body: object, reservation: str) -> object:
        if self.reservations.get(reservation) == "held":
            self.stock -= 1
            self.reservations[reservation] = "committed"
        if self.reservations.get(reservation) != "committed":
            raise CallRefusedError("call", 409, "reservation-released", "it was given to somebody else")
        return {}

    def _authorize(self, body: dict[str, object], payment: str) -> object:
        status = self.payments.setdefault(payment, self.card)
        known = {"id": payment, "checkout_id": body["checkout_id"], "order_id": body["order_id"], "status": status}
        times = {"created_at": "2026-11-26T00:00:00Z", "updated_at": "2026-11-26T00:00:00Z"}
        amounts = {"amount": body["amount"], "captured": money(0), "refunded": money(0)}
        why = {"decline_code": "card_declined"} if status == "declined" else {}
        return {**known, **amounts, **times, **why, "provider": "another"}

    def _settle(self, _body: object, payment: str, action: str) -> object:
        transitions: dict[str, dict[str | None, str]] = {
            "void": {None: "voided", "pending": "voided", "authorized": "voided", "voided": "voided"},
            "capture": {"authorized": "captured", "captured": "captured"},
            "refunds": {"captured": "refunded", "refunded": "refunded"},
        }
        allowed = transitions[action]
        state = self.payments.get(payment)
        if action == "void" and state == "declined":
            return {}
        if state not in allowed:
            raise CallRefusedError("call", 409, "payment-state", f"it is {state}")
        self.payments[payment] = allowed[state]
        return {}

    def _decide(self, _body: object, order: str, decision: str) -> object:
        if order not in self.orders:
            raise CallRefusedError("call", 404, "not-found", "there is no such order")
        wanted = {"confirm": "confirmed", "reject": "rejected"}[decision]
        if self.orders[order] not in ("pending", wanted):
            raise CallRefusedError("call", 409, "order-state", f"it is {self.orders[order]}")
        self.orders[order] = wanted
        return {}
