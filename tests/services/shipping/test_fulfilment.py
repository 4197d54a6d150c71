from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipping.fulfilment import (
    MAXIMUM_SHIPMENTS,
    Fulfilment,
    OrderCancelledError,
    Progress,
    QuantityExceededError,
    TooManyShipmentsError,
)
from shipping.shipment import MAXIMUM_EVENTS, Shipment, TooManyEventsError, TrackingEvent

ORDER = Fulfilment(order_id="o", customer_id=None, items={"mug": Progress(ordered=3), "pan": Progress(ordered=2)})
PARCEL = Shipment(
    id="s", order_id="o", customer_id=None, items={"mug": 1}, carrier="UPS", tracking_number=None, created_at="x"
)

packings = st.lists(st.dictionaries(st.sampled_from(["mug", "pan"]), st.integers(1, 4), min_size=1), max_size=8)
events = st.builds(
    TrackingEvent,
    status=st.sampled_from(["dispatched", "in_transit", "exception", "delivered"]),
    occurred_at=st.sampled_from([f"2026-11-20T{hour:02d}:00:00.000Z" for hour in range(4)]),
    location=st.sampled_from([None, "Hub"]),
)


@given(packings)
def test_never_more_is_packed_than_was_ordered(given_packings: list[dict[str, int]]) -> None:
    order = ORDER
    packed = {"mug": 0, "pan": 0}
    for number, items in enumerate(given_packings):
        fits = all(packed[sku] + count <= ORDER.items[sku].ordered for sku, count in items.items())
        if fits:
            order = order.pack(str(number), items)
            packed = {sku: count + items.get(sku, 0) for sku, count in packed.items()}
        else:
            with pytest.raises(QuantityExceededError):
                order.pack(str(number), items)
    assert {sku: progress.packed for sku, progress in order.items.items()} == packed
    left = {sku: ORDER.items[sku].ordered - count for sku, count in packed.items()}
    assert order.outstanding == {sku: count for sku, count in left.items() if count}
    assert order.version == 1 + len(order.shipments)


def test_what_was_not_ordered_is_not_packed() -> None:
    with pytest.raises(QuantityExceededError) as raised:
        ORDER.pack("1", {"mug": 4, "pan": 2, "lid": 1})
    assert raised.value.left == {"mug": 3, "lid": 0}


def test_an_order_is_complete_when_all_of_it_is() -> None:
    order = ORDER.pack("1", {"mug": 3, "pan": 1}).progress({"mug": 3, "pan": 1}, dispatched=True, delivered=True)
    assert not order.all_dispatched
    order = order.pack("2", {"pan": 1})
    assert not order.all_dispatched
    order = order.progress({"pan": 1}, dispatched=True, delivered=False)
    assert (order.all_dispatched, order.all_delivered) == (True, False)
    order = order.progress({"pan": 1}, dispatched=False, delivered=True)
    assert (order.all_dispatched, order.all_delivered) == (True, True)


def test_of_a_cancelled_order_nothing_more_is_packed() -> None:
    order = ORDER.pack("1", {"mug": 1}).cancel()
    assert (order.cancel(), order.outstanding) == (order, {})
    with pytest.raises(OrderCancelledError):
        order.pack("2", {"mug": 1})
    assert order.progress({"mug": 1}, dispatched=True, delivered=False).all_dispatched


def test_shipments_and_events_are_limited() -> None:
    order = Fulfilment(order_id="o", customer_id=None, items={"mug": Progress(ordered=999)})
    parcel = PARCEL
    for number in range(MAXIMUM_SHIPMENTS):
        order = order.pack(str(number), {"mug": 1})
    with pytest.raises(TooManyShipmentsError):
        order.pack("more", {"mug": 1})
    for number in range(MAXIMUM_EVENTS):
        parcel = parcel.track(TrackingEvent(status="in_transit", occurred_at=f"{number:03d}"))
    assert parcel.track(parcel.events[0]) is parcel
    with pytest.raises(TooManyEventsError):
        parcel.track(TrackingEvent(status="in_transit", occurred_at="more"))


@given(st.lists(events, max_size=8), st.randoms(use_true_random=False))
def test_the_order_in_which_events_arrive_does_not_matter(said: list[TrackingEvent], random: object) -> None:
    parcel, shuffled = PARCEL, PARCEL
    for event in said:
        parcel = parcel.track(event).track(event)
    again = [*said, *said]
    random.shuffle(again)  # type: ignore[attr-defined]
    for event in again:
        shuffled = shuffled.track(event)
    assert (shuffled.events, shuffled.status, shuffled.version) == (parcel.events, parcel.status, parcel.version)
    statuses = {event.status for event in said}
    assert parcel.has_arrived == (parcel.status == "delivered") == ("delivered" in statuses)
    assert parcel.has_left == bool(statuses - {"exception"})
    assert (parcel.status == "created") == (not said)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("dispatched@1 in_transit@2 exception@3", "exception"),
        ("dispatched@1 exception@3 in_transit@4", "in_transit"),
        ("exception@3 in_transit@2", "exception"),
        ("in_transit@1 dispatched@2", "in_transit"),
        ("delivered@1 exception@2 in_transit@3", "delivered"),
        ("exception@1", "exception"),
    ],
)
def test_the_status_is_the_furthest(said: str, status: str) -> None:
    parcel = PARCEL
    for event in said.split():
        reported, _, at = event.partition("@")
        parcel = parcel.track(TrackingEvent(status=reported, occurred_at=at))  # type: ignore[arg-type]
    assert parcel.status == status
