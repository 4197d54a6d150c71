from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.inventory_events import StockChanged
from contracts.order import OrderedItem
from contracts.order_events import OrderCancellation, OrderCancelled, OrderReturn, OrderReturned
from inventory import events
from inventory.allocation import Part
from inventory.reservation import Reservation
from inventory.restock import back_where_taken
from store.table import Table
from tests.services.inventory.conftest import Call, Outbox

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

CONTEXT = cast("LambdaContext", SimpleNamespace(aws_request_id="invocation-1"))
FREE = {"currency": "USD", "amount": 0}


@pytest.fixture(autouse=True)
def table_of_events(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "inventory_table", lambda: table)


def order(**fields: object) -> dict[str, Any]:
    line = {"sku": "mug", "product_id": "mug", "name": "Mug", "quantity": 9, "unit_price": FREE, "total": FREE}
    return {
        "order_id": "o-1",
        "number": "7KQ2M-8XD3A",
        "checkout_id": "c-1",
        "cart_id": "k-1",
        "customer_id": None,
        "email": "ada@example.org",
        "language": None,
        "currency": "USD",
        "lines": [line],
        **dict.fromkeys(("subtotal", "discount", "shipping", "tax", "total"), FREE),
        "shipping_address": {"name": "Ada", "line1": "1 Main St", "city": "London", "country": "GB"},
        "shipping_option": {"id": "standard", "name": "Standard"},
        "payment_id": "p-1",
        "reservation_id": "r-1",
        "placed_at": "2026-11-26T12:00:00Z",
        "reason": "changed my mind",
        "refund": FREE,
        **fields,
    }


def cancelled(**quantities: int) -> OrderCancelled:
    restocked = [{"sku": sku, "quantity": quantity} for sku, quantity in quantities.items()]
    return OrderCancelled.of(OrderCancellation.model_validate(order(restocked=restocked)), correlation_id="c-9")


def returned(**quantities: int) -> OrderReturned:
    back = [{"sku": sku, "quantity": quantity} for sku, quantity in quantities.items()]
    return OrderReturned.of(OrderReturn.model_validate(order(returned=back, return_id="ret-1")), correlation_id="c-9")


def take(*heard: OrderCancelled | OrderReturned | StockChanged) -> int:
    bodies = [
        json.dumps({"source": event.source, "detail-type": event.detail_type, "detail": event.model_dump(mode="json")})
        for event in heard
    ]
    batch = {"Records": [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]}
    return len(events.handler(cast(Any, batch), CONTEXT)["batchItemFailures"])


def levels(call: Call, sku: str = "mug") -> list[tuple[object, object]]:
    stock = call("GET", f"/v1/inventory/{sku}").json
    parts = stock.get("locations") or [{"location": "default", "on_hand": stock["on_hand"]}]
    assert isinstance(parts, list)
    return [(part["location"], part["on_hand"]) for part in parts]


def test_a_cancelled_order_gives_its_stock_back_to_where_it_was_once(call: Call, outbox: Outbox) -> None:
    call("PUT", "/v1/inventory/mug", {"on_hand": 1})
    call("PUT", "/v1/inventory/mug/locations/berlin", {"on_hand": 5})
    call("PUT", "/v1/reservations/r-1", {"items": [{"sku": "mug", "quantity": 4}]})
    call("POST", "/v1/reservations/r-1/commit")
    assert levels(call) == [("default", 1), ("berlin", 1)]
    outbox.messages.clear()
    event = cancelled(mug=4)
    with ThreadPoolExecutor(4) as deliveries:
        assert set(deliveries.map(lambda _n: take(event, event), range(4))) == {0}
    assert levels(call) == [("default", 1), ("berlin", 5)]
    (told,) = outbox.changes()
    assert (told.data.reason, told.data.reference, told.metadata.correlation_id) == ("order-cancelled", "o-1", "c-9")


def test_goods_that_come_back_are_in_the_default_location(call: Call, outbox: Outbox) -> None:
    call("PUT", "/v1/inventory/mug", {"on_hand": 1})
    event = returned(mug=2)
    assert take(event, event) == 0
    assert levels(call) == [("default", 3)]
    assert outbox.changes()[-1].data.reference == "ret-1"


def test_goods_of_a_sku_that_is_unknown_start_its_record(call: Call) -> None:
    assert take(returned(never=2), cancelled(seen=1)) == 0
    assert (levels(call, "never"), levels(call, "seen")) == ([("default", 2)], [("default", 1)])


def test_a_cancellation_without_goods_changes_nothing(outbox: Outbox) -> None:
    assert take(cancelled()) == 0
    assert outbox.messages == []


@given(
    st.dictionaries(st.sampled_from("ab"), st.integers(1, 9)),
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["default", "x", "y"]), st.integers(1, 5)), max_size=6),
)
def test_as_much_comes_back_as_was_said_and_no_more_than_was_taken_elsewhere(
    items: dict[str, int], taken: list[tuple[str, str, int]]
) -> None:
    parts = tuple(Part(sku=sku, location=location, quantity=quantity) for sku, location, quantity in taken)
    reservation = Reservation(id="r", status="committed", items={}, parts=parts, expires_at=datetime.now(UTC))
    back = back_where_taken(items, reservation)
    assert len({(part.sku, part.location) for part in back}) == len(back)
    for sku, quantity in items.items():
        assert sum(part.quantity for part in back if part.sku == sku) == quantity
    for part in back:
        took = sum(each.quantity for each in parts if (each.sku, each.location) == (part.sku, part.location))
        assert part.location == "default" or part.quantity <= took


def stock_events(outbox: Outbox) -> list[StockChanged]:
    told = outbox.changes()
    outbox.messages[:] = [message for message in outbox.messages if message["detail_type"] != "StockChanged"]
    return told


def test_low_stock_is_told_once_a_crossing(call: Call, outbox: Outbox) -> None:
    told = []
    for on_hand in (10, 5, 4, 6, 5, 0, 20):
        call("PUT", "/v1/inventory/mug", {"on_hand": on_hand, "low_stock_at": 5})
        changes = stock_events(outbox)
        assert take(*changes, *changes) == 0
        told.append(len(outbox.low()))
    assert told == [0, 1, 1, 1, 2, 2, 2]
    first = outbox.low()[0].data
    assert (first.sku, first.available, first.low_stock_at) == ("mug", 5, 5)


def test_low_stock_counts_what_nobody_was_promised_in_all_locations(call: Call, outbox: Outbox) -> None:
    call("PUT", "/v1/inventory/mug", {"on_hand": 4, "low_stock_at": 5, "backorder": {"limit": 100}})
    call("PUT", "/v1/inventory/mug/locations/berlin", {"on_hand": 4})
    assert take(*stock_events(outbox)) == 0
    assert outbox.low() == []
    call("PUT", "/v1/reservations/r-1", {"items": [{"sku": "mug", "quantity": 3}]})
    assert take(*stock_events(outbox)) == 0
    assert [event.data.available for event in outbox.low()] == [5]


def test_a_threshold_above_what_there_is_tells_at_once_and_one_taken_back_forgets(call: Call, outbox: Outbox) -> None:
    for low_stock_at in (None, 7, 7, None, 7):
        call("PUT", "/v1/inventory/mug", {"on_hand": 4, "low_stock_at": low_stock_at})
        assert take(*stock_events(outbox)) == 0
    assert [event.data.low_stock_at for event in outbox.low()] == [7, 7]


def test_of_many_who_see_a_crossing_one_tells(call: Call, outbox: Outbox) -> None:
    call("PUT", "/v1/inventory/mug", {"on_hand": 4, "low_stock_at": 7})
    (change,) = stock_events(outbox)
    with ThreadPoolExecutor(6) as consumers:
        assert set(consumers.map(lambda _n: take(change), range(6))) == {0}
    assert len(outbox.low()) == 1


def test_an_item_of_an_order_is_what_comes_back() -> None:
    assert cancelled(mug=4).data.restocked == (OrderedItem(sku="mug", quantity=4),)
