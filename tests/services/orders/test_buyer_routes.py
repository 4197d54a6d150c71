from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from contracts.order_events import OrderCancelled, OrderReturned
from store.table import Table
from tests.services.http_client import Answer
from tests.services.key_server import KeyServer
from tests.services.orders.conftest import Call, Hear, Outbox, kind, order_body, usd
from tests.services.orders.news import delivered, dispatched

ORDER = "/v1/orders/o-1"
EVERYTHING = {"mug": 3, "pot": 1}


@pytest.fixture
def confirmed(call: Call, outbox: Outbox) -> Call:
    """Give a caller of orders of which one is confirmed."""
    call("PUT", ORDER, order_body())
    call("POST", f"{ORDER}/confirm")
    outbox.messages.clear()
    return call


@pytest.fixture
def arrived(confirmed: Call, hear: Hear) -> Call:
    """Give a caller of orders of which one has arrived."""
    assert hear(delivered("s-1", EVERYTHING, complete=True)) == 0
    return confirmed


def of(**quantities: int) -> dict[str, Any]:
    return {
        "items": [{"sku": sku, "quantity": quantity} for sku, quantity in quantities.items()],
        "reason": "does not fit",
    }


def status(call: Call) -> object:
    return call("GET", ORDER).json["status"]


def test_a_confirmed_order_is_cancelled_and_told_of_once(confirmed: Call, outbox: Outbox) -> None:
    def cancel(_number: int) -> Answer:
        return confirmed("POST", f"{ORDER}/cancel", {"reason": "too late"})

    with ThreadPoolExecutor(6) as callers:
        answers = list(callers.map(cancel, range(6)))
    assert {(answer.status, answer.json["status"], answer.json["reason"]) for answer in answers} == {
        (200, "cancelled", "too late")
    }
    (told,) = outbox.messages
    event = OrderCancelled.model_validate_json(json.dumps(told["detail"]))
    assert (event.data.reason, event.data.refund.amount, event.data.reservation_id) == ("too late", 4000, "r-1")
    assert {item.sku: item.quantity for item in event.data.restocked} == EVERYTHING


@pytest.mark.parametrize("options", [{}, {"raw": ""}, {"body": {}}])
def test_a_cancellation_needs_no_words(confirmed: Call, options: dict[str, Any]) -> None:
    cancelled = confirmed("POST", f"{ORDER}/cancel", **options)
    assert (cancelled.status, cancelled.json["reason"]) == (200, "no longer wanted")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"body": {"reason": ""}}, 422),
        ({"body": {"why": "x"}}, 422),
        ({"body": []}, 422),
        ({"raw": "{", "headers": {"content-type": "application/json"}}, 400),
        ({"raw": "reason=x"}, 415),
        ({"raw": "!", "is_base64": True, "headers": {"content-type": "application/json"}}, 400),
    ],
)
def test_a_cancellation_that_cannot_be_read_is_refused(confirmed: Call, options: dict[str, Any], expected: int) -> None:
    assert confirmed("POST", f"{ORDER}/cancel", **options).status == expected
    assert status(confirmed) == "confirmed"


def test_a_cancellation_with_a_key_answers_the_same_whatever_happened_since(confirmed: Call, hear: Hear) -> None:
    key = {"idempotency-key": "k-1"}
    first = confirmed("POST", f"{ORDER}/cancel", {"reason": "one"}, headers=key)
    hear(dispatched("s-1", EVERYTHING))
    assert confirmed("POST", f"{ORDER}/cancel", {"reason": "one"}, headers=key).text == first.text
    assert confirmed("POST", f"{ORDER}/cancel", {"reason": "two"}, headers=key).status == 422


def test_what_was_shipped_is_not_cancelled(confirmed: Call, hear: Hear, outbox: Outbox) -> None:
    hear(dispatched("s-1", {"mug": 1}))
    refused = confirmed("POST", f"{ORDER}/cancel")
    assert (refused.status, kind(refused)) == (409, "order-state")
    assert refused.problem()["detail"] == "the order is partially_shipped; it can be cancelled while it is confirmed"
    assert outbox.messages == []


def test_what_checkout_still_works_on_is_not_cancelled(call: Call) -> None:
    call("PUT", ORDER, order_body())
    assert kind(call("POST", f"{ORDER}/cancel")) == "order-state"


def test_only_the_buyer_or_a_merchant_cancels(call: Call, issuer: KeyServer, merchant: str) -> None:
    for order_id in ("o-1", "o-2"):
        call("PUT", f"/v1/orders/{order_id}", order_body(customer_id="id-of-ada"))
        call("POST", f"/v1/orders/{order_id}/confirm")
    for stranger in (None, issuer.customer_token("eve"), issuer.token("orders/read")):
        assert call("POST", f"{ORDER}/cancel", token=stranger).status == 404
        assert call("POST", f"{ORDER}/returns", of(mug=1), token=stranger).status == 404
    assert call("POST", f"{ORDER}/cancel", token=issuer.customer_token("ada")).status == 200
    assert call("POST", "/v1/orders/o-2/cancel", token=merchant).status == 200


def test_goods_come_back_and_are_paid_back(arrived: Call, merchant: str, outbox: Outbox) -> None:
    asked = arrived("POST", f"{ORDER}/returns", of(mug=2))
    assert (asked.status, asked.json["status"], asked.json["refund"]) == (201, "requested", None)
    assert (status(arrived), outbox.messages) == ("delivered", [])
    receive = f"{ORDER}/returns/{asked.json['id']}/receive"
    for _ in range(2):
        received = arrived("POST", receive, token=merchant)
        assert (received.status, received.json["status"]) == (200, "received")
        assert received.json["refund"] == usd(666)
    assert status(arrived) == "partially_returned"
    (told,) = outbox.messages
    event = OrderReturned.model_validate_json(json.dumps(told["detail"]))
    assert (event.data.return_id, event.data.refund.amount) == (asked.json["id"], 666)
    assert [(item.sku, item.quantity) for item in event.data.returned] == [("mug", 2)]


def test_all_returns_together_are_paid_back_what_the_lines_cost(arrived: Call, merchant: str) -> None:
    refunds = []
    for items in (of(mug=1), of(mug=1, pot=1), of(mug=1)):
        asked = arrived("POST", f"{ORDER}/returns", items)
        received = arrived("POST", f"{ORDER}/returns/{asked.json['id']}/receive", token=merchant)
        refunds.append(received.json["refund"]["amount"])  # type: ignore[index]
    assert refunds == [333, 333 + 2500, 334]
    assert status(arrived) == "returned"


def test_no_more_comes_back_than_arrived(arrived: Call) -> None:
    arrived("POST", f"{ORDER}/returns", of(mug=2))
    refused = arrived("POST", f"{ORDER}/returns", of(pot=1, mug=2, pan=1))
    assert (refused.status, kind(refused)) == (409, "return-exceeds")
    assert refused.problem()["errors"] == [
        {"pointer": "/items/1/quantity", "code": "return_exceeds", "detail": "1 of mug can be returned"},
        {"pointer": "/items/2/quantity", "code": "return_exceeds", "detail": "0 of pan can be returned"},
    ]
    assert arrived("POST", f"{ORDER}/returns", of(pot=1, mug=1)).status == 201


def test_many_who_return_at_once_return_no_more_than_arrived(arrived: Call) -> None:
    def ask(_number: int) -> int:
        return arrived("POST", f"{ORDER}/returns", of(mug=1)).status

    with ThreadPoolExecutor(8) as callers:
        assert sorted(callers.map(ask, range(8))) == [201] * 3 + [409] * 5


def test_one_key_one_return(arrived: Call) -> None:
    def ask(_number: int) -> Answer:
        return arrived("POST", f"{ORDER}/returns", of(mug=1), headers={"idempotency-key": "k-1"})

    with ThreadPoolExecutor(6) as callers:
        answers = list(callers.map(ask, range(6)))
    assert {(answer.status, answer.text) for answer in answers} == {(201, answers[0].text)}
    assert len(arrived("GET", ORDER).json["returns"]) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("state", ["pending", "confirmed", "shipped", "cancelled"])
def test_what_has_not_arrived_does_not_come_back(call: Call, hear: Hear, state: str) -> None:
    call("PUT", ORDER, order_body())
    if state != "pending":
        call("POST", f"{ORDER}/confirm")
    if state == "shipped":
        hear(dispatched("s-1", EVERYTHING, complete=True))
    if state == "cancelled":
        call("POST", f"{ORDER}/cancel")
    assert status(call) == state
    assert kind(call("POST", f"{ORDER}/returns", of(mug=1))) == "order-state"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": [], "reason": "x"},
        {"items": [{"sku": "mug", "quantity": 1}]},
        {"items": [{"sku": "mug", "quantity": 0}], "reason": "x"},
        {"items": [{"sku": "mug", "quantity": 1}] * 2, "reason": "x"},
        {"items": [{"sku": f"s{number}", "quantity": 1} for number in range(51)], "reason": "x"},
        {"items": [{"sku": "mug", "quantity": 1}], "reason": " "},
        of(mug=1) | {"refund": usd(1)},
        [],
    ],
)
def test_an_invalid_return_is_422(arrived: Call, body: object) -> None:
    assert arrived("POST", f"{ORDER}/returns", body).status == 422


def test_there_are_twenty_returns_at_most(call: Call, hear: Hear, table: Table) -> None:
    assert table
    lines = order_body()["lines"]
    call("PUT", ORDER, order_body(lines=[lines[0] | {"quantity": 30}, lines[1]]))
    call("POST", f"{ORDER}/confirm")
    hear(delivered("s-1", {"mug": 30, "pot": 1}, complete=True))
    for _ in range(20):
        assert call("POST", f"{ORDER}/returns", of(mug=1)).status == 201
    assert "20 returns" in str(call("POST", f"{ORDER}/returns", of(mug=1)).problem()["detail"])


def test_only_a_merchant_says_that_goods_are_back(arrived: Call, issuer: KeyServer, merchant: str) -> None:
    asked = arrived("POST", f"{ORDER}/returns", of(mug=2))
    receive = f"{ORDER}/returns/{asked.json['id']}/receive"
    assert arrived("POST", receive).status == 401
    assert arrived("POST", receive, token=issuer.customer_token("ada")).status == 403
    assert arrived("POST", f"{ORDER}/returns/another/receive", token=merchant).status == 404
    assert arrived("POST", "/v1/orders/o-9/returns/another/receive", token=merchant).status == 404
