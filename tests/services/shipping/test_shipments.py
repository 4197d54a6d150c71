from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import permutations
from typing import cast

import pytest

from shipping import events
from tests.services.delivery import deliver
from tests.services.http_client import Answer, Client
from tests.services.key_server import KeyServer
from tests.services.shipping.calls import cancelled, confirmed, read, ship, shipments, track
from tests.services.shipping.conftest import Published

HOUR = "2026-11-20T{:02d}:00:00.000Z"


def items(answer: Answer, name: str = "items") -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", answer.json[name])


def kind(answer: Answer) -> str:
    return str(answer.problem()["type"]).rpartition(":")[2]


def test_an_order_is_shipped_in_parts(merchant: Client) -> None:
    assert ship(merchant, mug=1).status == 422
    assert deliver(events.handler, confirmed(), confirmed()) == []
    outstanding = items(shipments(merchant), "outstanding")
    assert outstanding == [{"sku": "mug", "quantity": 3}, {"sku": "pan", "quantity": 2}]

    first = ship(merchant, mug=1, pan=2)
    assert (first.status, first.headers["Location"]) == (201, f"/v1/shipments/{first.json['id']}")
    shown = read(merchant, first.json["id"])
    assert (shown.json, shown.headers["ETag"]) == (first.json, '"1"')
    assert read(merchant, first.json["id"], headers={"if-none-match": '"1"'}).status == 304
    assert first.json | {"id": "", "created_at": ""} == {
        "id": "",
        "order_id": "order-1",
        "status": "created",
        "items": [{"sku": "mug", "quantity": 1}, {"sku": "pan", "quantity": 2}],
        "carrier": "UPS",
        "tracking_number": "1Z999AA10123456784",
        "created_at": "",
        "events": [],
    }
    second = ship(merchant, mug=2)
    listed = shipments(merchant)
    assert (items(listed), items(listed, "outstanding")) == ([first.json, second.json], [])


def test_more_than_is_left_is_refused_and_nothing_is_packed(merchant: Client) -> None:
    deliver(events.handler, confirmed())
    ship(merchant, mug=2)
    refused = ship(merchant, pan=2, mug=2, lid=1)
    assert (refused.status, kind(refused)) == (409, "quantity-exceeded")
    errors = cast("list[dict[str, str]]", refused.problem()["errors"])
    assert [error["pointer"] for error in errors] == ["/items/1/quantity", "/items/2/quantity"]
    assert "1 of mug are left" in errors[0]["detail"]
    assert len(items(shipments(merchant))) == 1


def test_a_shipment_with_a_key_is_packed_once(merchant: Client) -> None:
    deliver(events.handler, confirmed())
    first = ship(merchant, key="k", mug=3)
    again = ship(merchant, key="k", mug=3)
    assert (again.status, again.json, again.headers["Location"]) == (201, first.json, first.headers["Location"])
    assert ship(merchant, key="k", mug=1).status == 422
    assert len(items(shipments(merchant))) == 1


def test_a_cancelled_order_is_not_shipped_whatever_is_heard_first(merchant: Client) -> None:
    deliver(events.handler, confirmed(), cancelled())
    deliver(events.handler, cancelled("order-2"), cancelled("order-2"), confirmed("order-2"))
    for order_id in ("order-1", "order-2"):
        refused = ship(merchant, order_id, mug=1)
        assert (refused.status, kind(refused)) == (409, "order-cancelled")
        assert items(shipments(merchant, order_id), "outstanding") == []


def test_never_more_than_ordered_however_many_pack_at_the_same_time(merchant: Client) -> None:
    deliver(events.handler, confirmed(mug=7))
    with ThreadPoolExecutor(4) as packers:
        outcomes = Counter(packers.map(lambda _: ship(merchant, mug=2).status, range(8)))
    assert outcomes == {201: 3, 409: 5}
    listed = shipments(merchant)
    assert (len(items(listed)), items(listed, "outstanding")) == (3, [{"sku": "mug", "quantity": 1}])


def test_a_shipment_sent_many_times_at_once_is_packed_once(merchant: Client) -> None:
    deliver(events.handler, confirmed(mug=1))
    with ThreadPoolExecutor(4) as senders:
        answers = list(senders.map(lambda _: ship(merchant, key="k", mug=1), range(8)))
    assert {answer.status for answer in answers} == {201}
    assert len({str(answer.json["id"]) for answer in answers}) == 1


def test_what_a_carrier_says_is_shown_and_told(merchant: Client, published: Published) -> None:
    deliver(events.handler, confirmed())
    first, second = (ship(merchant, mug=3).json["id"], ship(merchant, pan=2).json["id"])
    assert track(merchant, first, "dispatched", 8).json["status"] == "dispatched"
    said = track(merchant, first, "in_transit", 9, location="Chicago", description="Departed")
    assert said.json["events"] == [
        {"status": "dispatched", "occurred_at": HOUR.format(8), "location": None, "description": None},
        {
            "status": "in_transit",
            "occurred_at": HOUR.format(9),
            "location": "Chicago",
            "description": "Departed",
        },
    ]
    assert track(merchant, first, "dispatched", 8).headers["ETag"] == said.headers["ETag"] == '"3"'
    for parcel in (second, first, first):
        track(merchant, parcel, "dispatched", 10)
        track(merchant, parcel, "delivered", 11)
    told = [(event.detail_type, event.data.shipment_id, event.data.complete) for event in published()]
    assert sorted(told) == sorted(
        [
            ("ShipmentDispatched", first, False),
            ("ShipmentDispatched", second, True),
            ("ShipmentDelivered", second, False),
            ("ShipmentDelivered", first, True),
        ]
    )
    data = next(event.data for event in published() if event.data.shipment_id == first)
    assert ([(item.sku, item.quantity) for item in data.items], data.carrier) == ([("mug", 3)], "UPS")


def test_whatever_is_said_first_each_thing_is_told_once(merchant: Client, published: Published) -> None:
    deliver(events.handler, confirmed(mug=6))
    for order in permutations([("dispatched", 1), ("in_transit", 2), ("delivered", 3)]):
        parcel = ship(merchant, mug=1).json["id"]
        for status, hour in (*order, *order):
            answer = track(merchant, parcel, status, hour)
        assert answer.json["status"] == "delivered"
    told = Counter((event.detail_type, event.data.shipment_id) for event in published())
    assert len(told) == 12
    assert set(told.values()) == {1}
    complete = Counter(event.detail_type for event in published() if event.data.complete)
    assert complete == {"ShipmentDispatched": 1, "ShipmentDelivered": 1}


def test_parcels_that_move_at_the_same_time_complete_the_order_once(merchant: Client, published: Published) -> None:
    deliver(events.handler, confirmed(mug=6))
    parcels = [ship(merchant, mug=1).json["id"] for _ in range(6)]
    with ThreadPoolExecutor(4) as carriers:
        list(carriers.map(lambda parcel: track(merchant, parcel, "delivered", 1), [*parcels, *parcels]))
    complete = Counter((event.detail_type, event.data.complete) for event in published())
    assert complete == {
        ("ShipmentDispatched", False): 5,
        ("ShipmentDispatched", True): 1,
        ("ShipmentDelivered", False): 5,
        ("ShipmentDelivered", True): 1,
    }


def test_who_may_see_a_shipment(merchant: Client, issuer: KeyServer) -> None:
    deliver(events.handler, confirmed("guests"), confirmed("adas", "id-of-ada"))
    parcels = {order_id: ship(merchant, order_id, mug=1).json["id"] for order_id in ("guests", "adas")}
    for token, statuses in (
        (None, {"guests": 200, "adas": 404}),
        (issuer.customer_token("ada"), {"guests": 200, "adas": 200}),
        (issuer.customer_token("bob"), {"guests": 200, "adas": 404}),
        (issuer.token("catalog/write"), {"guests": 200, "adas": 404}),
        (issuer.token("shipping/write"), {"guests": 200, "adas": 200}),
        ("nonsense", {"guests": 401, "adas": 401}),
    ):
        caller = replace(merchant, token=token)
        assert {order_id: read(caller, parcel).status for order_id, parcel in parcels.items()} == statuses
        assert {order_id: shipments(caller, order_id).status for order_id in parcels} == statuses
    for token, status in ((None, 401), (issuer.customer_token("ada"), 403)):
        stranger = replace(merchant, token=token)
        assert ship(stranger, "adas", mug=1).status == status
        assert track(stranger, parcels["adas"], "delivered", 1).status == status


def test_a_list_has_every_shipment_once(merchant: Client) -> None:
    deliver(events.handler, confirmed(mug=5))
    made = [ship(merchant, mug=1).json["id"] for _ in range(5)]
    found: list[object] = []
    query = {"limit": "2"}
    while True:
        page = shipments(merchant, **query)
        found += [item["id"] for item in items(page)]
        if page.json["next"] is None:
            break
        query["cursor"] = str(page.json["next"])
    assert found == made
    assert shipments(merchant, cursor="x").status == 422
    deliver(events.handler, confirmed("order-2"))
    assert shipments(merchant, "order-2", cursor=query["cursor"]).status == 422


@pytest.mark.parametrize(
    "change",
    [
        {"order_id": ""},
        {"items": []},
        {"items": [{"sku": "mug", "quantity": 0}]},
        {"items": [{"sku": "mug", "quantity": 1}, {"sku": "mug", "quantity": 1}]},
        {"carrier": ""},
        {"carrier": "\n"},
        {"tracking_number": "a b"},
        {"tracking_number": "x" * 101},
        {"status": "delivered"},
    ],
)
def test_what_is_no_shipment_is_refused(merchant: Client, change: dict[str, object]) -> None:
    body = {"order_id": "order-1", "items": [{"sku": "mug", "quantity": 1}], "carrier": "UPS", **change}
    assert merchant.call("POST", "/v1/shipments", body=body, route="POST /v1/shipments").status == 422


@pytest.mark.parametrize(
    "change",
    [
        {"status": "created"},
        {"status": None},
        {"occurred_at": "2026-11-20"},
        {"occurred_at": "2026-11-20T10:00:00"},
        {"occurred_at": "2999-01-01T00:00:00Z"},
        {"occurred_at": "0001-01-01T00:00:00+14:00"},
        {"location": ""},
        {"description": "x" * 201},
        {"surprise": 1},
    ],
)
def test_what_no_carrier_says_is_refused(merchant: Client, change: dict[str, object]) -> None:
    deliver(events.handler, confirmed())
    parcel = ship(merchant, mug=1).json["id"]
    body = {"status": "delivered", "occurred_at": "2026-11-20T10:00:00Z", **change}
    route = "POST /v1/shipments/{id}/events"
    assert merchant.call("POST", f"/v1/shipments/{parcel}/events", body=body, route=route).status == 422


@pytest.mark.parametrize("id", ["none", "%", "a b", "x" * 65, "\x00", "é"])
def test_what_is_not_there_is_not_found(merchant: Client, id: str) -> None:
    assert read(merchant, id).status == 404
    assert track(merchant, id, "delivered", 1).status == 404
    assert shipments(merchant, id).status == 404
