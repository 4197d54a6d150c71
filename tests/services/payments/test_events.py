from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from contracts.envelope import DomainEvent
from contracts.model import Contract
from contracts.order_events import OrderCancellation, OrderCancelled, OrderReturn, OrderReturned
from payments import events
from payments.provider import OutcomeUnknownError
from tests.services.payments.payments import AMOUNT
from tests.services.payments.shop import CONTEXT, USD, Shop, eventbridge_message

LINE = {
    "sku": "boots",
    "quantity": 1,
    "product_id": "boots",
    "name": "Boots",
    "unit_price": USD,
    "total": USD,
}
NOTHING = USD | {"amount": 0}
ORDER = {
    "order_id": "o-1",
    "number": "0A1B2-C3D4E",
    "checkout_id": "c-1",
    "cart_id": "cart-1",
    "customer_id": None,
    "email": "ada@example.com",
    "language": None,
    "currency": "USD",
    "lines": [LINE],
    "subtotal": USD,
    "discount": NOTHING,
    "shipping": NOTHING,
    "tax": NOTHING,
    "total": USD,
    "shipping_address": {
        "name": "Ada",
        "line1": "1 Main Street",
        "city": "Springfield",
        "postal_code": "12345",
        "country": "US",
        "region": "IL",
    },
    "shipping_option": {"id": "standard", "name": "Standard"},
    "payment_id": "p-1",
    "reservation_id": "r-1",
    "placed_at": datetime(2026, 11, 26, tzinfo=UTC),
    "reason": "changed my mind",
}


def cancelled(amount: int = AMOUNT) -> OrderCancelled:
    data = ORDER | {"restocked": [], "refund": USD | {"amount": amount}}
    return OrderCancelled.of(OrderCancellation.model_validate(data), correlation_id="c-1")


def returned(return_id: str, amount: int) -> OrderReturned:
    items = [{"sku": "boots", "quantity": 1}]
    data = ORDER | {"return_id": return_id, "returned": items, "refund": USD | {"amount": amount}}
    return OrderReturned.of(OrderReturn.model_validate(data), correlation_id="c-1")


def take(event: DomainEvent[Contract]) -> list[Any]:
    message: Mapping[str, Any] = {
        "source": event.source,
        "detail_type": event.detail_type,
        "detail": event.model_dump(mode="json"),
    }
    batch = {"Records": [{"messageId": "m-1", "body": eventbridge_message(message)}]}
    return list(events.handler(cast(Any, batch), CONTEXT)["batchItemFailures"])


def test_a_cancelled_order_is_given_back_once(shop: Shop) -> None:
    shop.authorize()
    shop.capture()
    assert [take(cancelled()), take(cancelled())] == [[], []]
    assert (shop.payment()["status"], len(shop.payment()["refunds"])) == ("refunded", 1)
    assert shop.told() == ["PaymentAuthorized", "PaymentCaptured", "PaymentRefunded"]


def test_a_cancelled_order_that_was_not_captured_is_voided(shop: Shop) -> None:
    shop.authorize()
    assert [take(cancelled()), take(cancelled())] == [[], []]
    assert shop.payment()["status"] == "voided"


def test_an_order_cancelled_for_nothing_gives_nothing_back(shop: Shop) -> None:
    shop.authorize()
    shop.capture()
    assert take(cancelled(0)) == []
    assert shop.payment()["status"] == "captured"


def test_each_return_is_given_back_once(shop: Shop) -> None:
    shop.authorize()
    shop.capture()
    for event in (returned("r-1", 300), returned("r-2", 200), returned("r-1", 300)):
        assert take(event) == []
    assert shop.payment()["refunded"]["amount"] == 500


def test_a_return_of_more_than_was_taken_ends_among_the_dead_letters(shop: Shop) -> None:
    shop.authorize()
    shop.capture()
    assert take(returned("r-1", AMOUNT + 1)) == [{"itemIdentifier": "m-1"}]


def test_a_refund_of_which_nothing_was_heard_comes_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from payments import process

    shop.authorize()
    shop.capture()
    provider = process.payment_provider()
    refund = provider.refund

    def unheard(*given: Any) -> Any:
        refund(*given)
        raise OutcomeUnknownError("no answer")

    monkeypatch.setattr(provider, "refund", unheard)
    assert take(returned("r-1", 300)) == [{"itemIdentifier": "m-1"}]
    monkeypatch.setattr(provider, "refund", refund)
    assert take(returned("r-1", 300)) == []
    assert shop.payment()["refunded"]["amount"] == 300
    assert shop.deliver_webhooks() == []
    assert shop.told() == ["PaymentAuthorized", "PaymentCaptured", "PaymentRefunded"]
