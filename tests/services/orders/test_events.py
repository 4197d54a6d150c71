from __future__ import annotations

from itertools import permutations

import pytest

from contracts.envelope import DomainEvent
from contracts.model import Contract
from tests.services.orders.conftest import Call, Hear, Outbox, order_body
from tests.services.orders.news import captured, delivered, dispatched, refunded, voided

ORDER = "/v1/orders/o-1"
Event = DomainEvent[Contract]


@pytest.fixture
def confirmed(call: Call, outbox: Outbox) -> Call:
    call("PUT", ORDER, order_body())
    call("POST", f"{ORDER}/confirm")
    outbox.messages.clear()
    return call


def seen(call: Call) -> tuple[object, object]:
    order = call("GET", ORDER).json
    return order["status"], order["payment_status"]


def test_an_order_follows_its_parcels_and_its_payment(confirmed: Call, hear: Hear) -> None:
    steps: list[tuple[Event, tuple[str, str]]] = [
        (captured(), ("confirmed", "captured")),
        (dispatched("s-1", {"mug": 2}), ("partially_shipped", "captured")),
        (delivered("s-1", {"mug": 2}), ("partially_shipped", "captured")),
        (dispatched("s-2", {"mug": 1, "pot": 1}, complete=True), ("shipped", "captured")),
        (delivered("s-2", {"mug": 1, "pot": 1}, complete=True), ("delivered", "captured")),
        (refunded(100), ("delivered", "partially_refunded")),
        (refunded(4000), ("delivered", "refunded")),
    ]
    for event, expected in steps:
        assert hear(event, event) == 0
        assert seen(confirmed) == expected
    order = confirmed("GET", ORDER).json
    assert [shipment["id"] for shipment in order["shipments"]] == ["s-1", "s-2"]  # type: ignore[attr-defined]
    assert order["refunded"] == {"currency": "USD", "amount": 4000}
    assert [(line["shipped"], line["delivered"]) for line in order["lines"]] == [(3, 3), (1, 1)]  # type: ignore[attr-defined]


def test_in_whatever_order_the_news_arrive_the_order_ends_the_same(call: Call, hear: Hear) -> None:
    def news(order_id: str) -> list[Event]:
        return [
            dispatched("s-1", {"mug": 3}, order_id=order_id),
            delivered("s-1", {"mug": 3}, order_id=order_id),
            dispatched("s-2", {"pot": 1}, complete=True, order_id=order_id),
            captured(order_id),
            refunded(100, order_id),
        ]

    ends = set()
    for number, order in enumerate(permutations(range(5))):
        order_id = f"p-{number}"
        call("PUT", f"/v1/orders/{order_id}", order_body())
        call("POST", f"/v1/orders/{order_id}/confirm")
        heard = news(order_id)
        assert hear(*(heard[position] for position in order)) == 0
        end = call("GET", f"/v1/orders/{order_id}").json
        lines = [(line["shipped"], line["delivered"]) for line in end["lines"]]  # type: ignore[attr-defined]
        ends.add((end["status"], end["payment_status"], str(lines)))
    assert ends == {("shipped", "partially_refunded", "[(3, 3), (1, 0)]")}


def test_a_parcel_that_is_the_last_one_ships_an_order_that_lacks_something(confirmed: Call, hear: Hear) -> None:
    hear(dispatched("s-1", {"mug": 2}, complete=True))
    assert seen(confirmed)[0] == "shipped"
    hear(delivered("s-1", {"mug": 2}, complete=True))
    assert seen(confirmed)[0] == "delivered"


def test_a_parcel_of_a_cancelled_order_is_known_and_changes_no_status(confirmed: Call, hear: Hear) -> None:
    confirmed("POST", f"{ORDER}/cancel")
    assert hear(dispatched("s-1", {"mug": 3}), delivered("s-1", {"mug": 3})) == 0
    order = confirmed("GET", ORDER).json
    assert (order["status"], len(order["shipments"])) == ("cancelled", 1)  # type: ignore[arg-type]


def test_a_void_of_what_was_never_captured(call: Call, hear: Hear) -> None:
    call("PUT", ORDER, order_body())
    call("POST", f"{ORDER}/reject", {"reason": "declined"})
    assert hear(voided()) == 0
    assert seen(call) == ("rejected", "voided")


def test_news_of_an_order_that_was_never_made_are_no_fault(hear: Hear) -> None:
    assert hear(voided("never"), captured("never"), dispatched("s-1", {"mug": 1}, order_id="never")) == 0


def test_what_is_heard_again_changes_no_version(confirmed: Call, hear: Hear) -> None:
    heard = [captured(), dispatched("s-1", {"mug": 3}), delivered("s-1", {"mug": 3})]
    hear(*heard)
    tag = confirmed("GET", ORDER).headers["ETag"]
    hear(*heard, *reversed(heard))
    assert confirmed("GET", ORDER).headers["ETag"] == tag
