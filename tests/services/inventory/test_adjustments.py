from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.services.http_client import Answer, Client
from tests.services.inventory.conftest import Call, Outbox

MUG = "/v1/inventory/mug"
ADJUSTMENTS = f"{MUG}/adjustments"


@pytest.fixture
def stocked(call: Call, outbox: Outbox) -> Call:
    call("PUT", MUG, {"on_hand": 5})
    outbox.messages.clear()
    return call


def kind(answer: Answer) -> str:
    return str(answer.problem()["type"]).rpartition(":")[2]


def test_an_adjustment_changes_the_stock_and_says_why(stocked: Call, outbox: Outbox) -> None:
    made = stocked("POST", ADJUSTMENTS, {"delta": -2, "reason": "damaged"})
    assert made.status == 201
    assert made.json | {"id": "", "created_at": ""} == {
        "id": "",
        "sku": "mug",
        "location": "default",
        "delta": -2,
        "reason": "damaged",
        "created_at": "",
    }
    assert stocked("GET", MUG).json["available"] == 3
    assert stocked("GET", ADJUSTMENTS).json == {"items": [made.json], "next": None}
    (told,) = outbox.changes()
    assert (told.data.reason, told.data.reference) == ("adjusted", made.json["id"])
    assert [(change.on_hand, change.reserved) for change in told.data.changes] == [(-2, 0)]


def test_one_key_one_adjustment(stocked: Call, outbox: Outbox) -> None:
    def send(_number: int) -> Answer:
        return stocked("POST", ADJUSTMENTS, {"delta": 3, "reason": "found"}, headers={"idempotency-key": "k-1"})

    with ThreadPoolExecutor(8) as senders:
        answers = list(senders.map(send, range(8)))
    assert {(answer.status, answer.text) for answer in answers} == {(201, answers[0].text)}
    assert stocked("GET", MUG).json["on_hand"] == 8
    assert len(outbox.messages) == 1
    other = stocked("POST", ADJUSTMENTS, {"delta": 4, "reason": "found"}, headers={"idempotency-key": "k-1"})
    assert other.status == 422


def test_adjusters_of_one_sku_lose_nothing(stocked: Call) -> None:
    def send(_number: int) -> int:
        return stocked("POST", ADJUSTMENTS, {"delta": 1, "reason": "found"}).status

    with ThreadPoolExecutor(12) as senders:
        assert set(senders.map(send, range(36))) == {201}
    assert stocked("GET", MUG).json["on_hand"] == 41
    assert stocked("GET", MUG).headers["ETag"] == '"37"'


def test_pages_are_newest_first_and_neither_repeat_nor_skip(stocked: Call) -> None:
    made = [stocked("POST", ADJUSTMENTS, {"delta": delta, "reason": "found"}).json for delta in range(1, 8)]
    shown: list[object] = []
    query = {"limit": "3"}
    sizes = []
    while True:
        page = stocked("GET", ADJUSTMENTS, query=query).json
        items = page["items"]
        assert isinstance(items, list)
        sizes.append(len(items))
        shown += items
        if page["next"] is None:
            break
        query["cursor"] = str(page["next"])
    assert (sizes, shown) == ([3, 3, 1], made[::-1])


def test_a_cursor_is_of_one_sku(stocked: Call) -> None:
    stocked("PUT", "/v1/inventory/pot", {"on_hand": 1})
    for _ in range(2):
        stocked("POST", ADJUSTMENTS, {"delta": 1, "reason": "found"})
    cursor = str(stocked("GET", ADJUSTMENTS, query={"limit": "1"}).json["next"])
    assert stocked("GET", "/v1/inventory/pot/adjustments", query={"cursor": cursor}).status == 422
    assert stocked("GET", ADJUSTMENTS, query={"cursor": "x"}).status == 422


def test_what_is_reserved_cannot_be_lost(stocked: Call) -> None:
    stocked("PUT", "/v1/reservations/r", {"items": [{"sku": "mug", "quantity": 4}]})
    refused = stocked("POST", ADJUSTMENTS, {"delta": -2, "reason": "lost"})
    assert (refused.status, kind(refused)) == (409, "stock-below-reserved")
    assert stocked("POST", ADJUSTMENTS, {"delta": -1, "reason": "lost"}).status == 201


def test_no_more_than_anybody_has(stocked: Call) -> None:
    stocked("PUT", MUG, {"on_hand": 1_000_000_000})
    assert kind(stocked("POST", ADJUSTMENTS, {"delta": 1, "reason": "found"})) == "too-much-stock"


def test_a_location_must_be_known(stocked: Call) -> None:
    lost = {"delta": -1, "reason": "lost", "location": "berlin"}
    assert kind(stocked("POST", ADJUSTMENTS, lost)) == "unknown-location"
    stocked("PUT", f"{MUG}/locations/berlin", {"on_hand": 2})
    assert stocked("POST", ADJUSTMENTS, lost).status == 201
    assert stocked("GET", MUG).json["locations"] == [
        {"location": "default", "on_hand": 5, "reserved": 0, "available": 5},
        {"location": "berlin", "on_hand": 1, "reserved": 0, "available": 1},
    ]


def test_a_sku_without_stock_is_404(call: Call) -> None:
    assert call("POST", ADJUSTMENTS, {"delta": 1, "reason": "found"}).status == 404
    assert call("GET", ADJUSTMENTS).status == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"delta": 0, "reason": "found"},
        {"delta": 1_000_001, "reason": "found"},
        {"delta": 1.5, "reason": "found"},
        {"delta": 1, "reason": "stolen"},
        {"delta": 1, "reason": "found", "location": "a b"},
        {"delta": 1, "reason": "found", "note": "x"},
        [],
    ],
)
def test_an_invalid_body_is_422(stocked: Call, body: object) -> None:
    assert stocked("POST", ADJUSTMENTS, body).status == 422


def test_adjustments_are_the_merchants(inventory: Client) -> None:
    stranger = replace(inventory, token=None)
    route = "/v1/inventory/{sku}/adjustments"
    assert stranger.call("GET", ADJUSTMENTS, route=f"GET {route}").status == 401
    assert stranger.call("POST", ADJUSTMENTS, body={"delta": 1}, route=f"POST {route}").status == 401
