from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from contracts.order_events import OrderConfirmed
from tests.services.http_client import Answer
from tests.services.orders.conftest import Call, Outbox, kind, line, order_body, usd

ORDER = "/v1/orders/o-1"


def test_an_order_is_made_and_confirmed_and_told_of(call: Call, outbox: Outbox) -> None:
    made = call("PUT", ORDER, order_body())
    assert (made.status, made.headers["Location"]) == (201, ORDER)
    assert (made.json["status"], made.json["payment_status"]) == ("pending", "authorized")
    assert outbox.messages == []
    confirmed = call("POST", f"{ORDER}/confirm")
    assert (confirmed.status, confirmed.json["status"]) == (200, "confirmed")
    assert call("GET", ORDER).json == confirmed.json
    (told,) = outbox.messages
    event = OrderConfirmed.model_validate_json(json.dumps(told["detail"]))
    assert (event.data.order_id, event.data.number, event.data.email) == ("o-1", made.json["number"], "Ada@example.org")
    assert [(each.sku, each.quantity, each.total.amount) for each in event.data.lines] == [
        ("mug", 3, 1000),
        ("pot", 1, 2500),
    ]
    assert (event.data.payment_id, event.data.reservation_id, event.data.customer_id) == ("p-1", "r-1", None)


def test_an_order_is_shown_as_it_was_made_and_no_services_secrets(call: Call) -> None:
    shown = call("PUT", ORDER, order_body(language="de")).json
    assert not {"cart_id", "checkout_id", "payment_id", "reservation_id"} & shown.keys()
    assert shown["lines"] == [
        {**line("mug", 3, 1000), "shipped": 0, "delivered": 0, "returned": 0},
        {**line("pot", 1, 2500), "shipped": 0, "delivered": 0, "returned": 0},
    ]
    assert (shown["total"], shown["refunded"], shown["language"], shown["customer_id"]) == (
        usd(4000),
        usd(0),
        "de",
        None,
    )


def test_every_call_may_be_repeated(call: Call, outbox: Outbox) -> None:
    first, again = call("PUT", ORDER, order_body()), call("PUT", ORDER, order_body())
    assert (again.status, again.json) == (200, first.json)
    for _ in range(2):
        assert call("POST", f"{ORDER}/confirm").json["status"] == "confirmed"
    assert call("PUT", ORDER, order_body()).json["status"] == "confirmed"
    assert outbox.types == ["OrderConfirmed"]


def test_many_who_confirm_at_once_tell_it_once(call: Call, outbox: Outbox) -> None:
    def make(_number: int) -> Answer:
        return call("PUT", ORDER, order_body())

    def confirm(_number: int) -> Answer:
        return call("POST", f"{ORDER}/confirm")

    with ThreadPoolExecutor(8) as callers:
        made = list(callers.map(make, range(8)))
        confirmed = list(callers.map(confirm, range(8)))
    assert sorted(answer.status for answer in made) == [200] * 7 + [201]
    assert len({answer.json["number"] for answer in made}) == 1
    assert {(answer.status, answer.json["status"]) for answer in confirmed} == {(200, "confirmed")}
    assert outbox.types == ["OrderConfirmed"]


def test_an_order_is_of_what_it_was_made_of(call: Call) -> None:
    call("PUT", ORDER, order_body())
    assert kind(call("PUT", ORDER, order_body(email="eve@example.org"))) == "order-differs"


def test_a_rejected_order_is_never_confirmed(call: Call, outbox: Outbox) -> None:
    call("PUT", ORDER, order_body())
    for _ in range(2):
        rejected = call("POST", f"{ORDER}/reject", {"reason": "the payment was not captured"})
        assert (rejected.status, rejected.json["status"]) == (200, "rejected")
    refused = call("POST", f"{ORDER}/confirm")
    assert (refused.status, kind(refused)) == (409, "order-state")
    assert refused.problem()["detail"] == "the order is rejected; it can be confirmed while it is pending"
    assert outbox.messages == []


def test_a_confirmed_order_is_not_rejected(call: Call) -> None:
    call("PUT", ORDER, order_body())
    call("POST", f"{ORDER}/confirm")
    assert kind(call("POST", f"{ORDER}/reject", {"reason": "late"})) == "order-state"
    assert call("GET", ORDER).json["status"] == "confirmed"


def test_a_rejection_that_comes_first_refuses_the_order(call: Call) -> None:
    for _ in range(2):
        assert call("POST", f"{ORDER}/reject", {"reason": "the saga gave up"}).status == 404
    assert kind(call("PUT", ORDER, order_body())) == "order-state"
    assert call("GET", ORDER).status == 404


def test_what_is_not_there_is_404(call: Call) -> None:
    assert call("POST", f"{ORDER}/confirm").status == 404


@pytest.mark.parametrize("order_id", ["%", "a b", "\x00", "é", "x" * 65])
def test_an_id_that_cannot_be_is_refused(call: Call, order_id: str) -> None:
    path = f"/v1/orders/{order_id}"
    assert call("PUT", path, order_body()).status in (404, 422)
    assert call("POST", f"{path}/confirm").status in (404, 422)
    assert call("GET", path).status == 404


@pytest.mark.parametrize("body", [{}, [], order_body(total=usd(1)), order_body(lines=[]), order_body(colour="red")])
def test_an_invalid_order_is_422(call: Call, body: Any) -> None:
    refused = call("PUT", ORDER, body)
    assert refused.status == 422
    refused.problem()


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x" * 201}, {"reason": "a\nb"}, {"reason": 1}])
def test_a_rejection_says_why(call: Call, body: object) -> None:
    assert call("POST", f"{ORDER}/reject", body).status == 422


def test_the_largest_order_is_taken(call: Call, outbox: Outbox) -> None:
    lines = [{**line(f"{'s' * 50}-{number}", 999, 999 * 100), "name": "\U0001f4e6" * 500} for number in range(50)]
    total = usd(50 * 999 * 100 + 500)
    body = order_body(lines=lines, subtotal=usd(50 * 999 * 100), total=total)
    assert call("PUT", ORDER, body).status == 201
    assert call("POST", f"{ORDER}/confirm").status == 200
    # EventBridge takes no more than 256 KiB.
    assert len(json.dumps(outbox.messages[0], ensure_ascii=False).encode()) < 256 * 1024
