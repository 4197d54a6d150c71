from __future__ import annotations

import pytest

from store.operations import Update
from store.table import Table
from tests.services.inventory.conftest import Call, Outbox

MUG = "/v1/inventory/mug"


def test_totals_are_of_all_locations(call: Call) -> None:
    call("PUT", MUG, {"on_hand": 5})
    added = call("PUT", f"{MUG}/locations/berlin", {"on_hand": 3})
    read = call("GET", MUG)
    assert read.json == added.json
    assert read.headers["ETag"] == added.headers["ETag"]
    assert read.json == {
        "sku": "mug",
        "on_hand": 8,
        "reserved": 0,
        "available": 8,
        "locations": [
            {"location": "default", "on_hand": 5, "reserved": 0, "available": 5},
            {"location": "berlin", "on_hand": 3, "reserved": 0, "available": 3},
        ],
    }


def test_a_location_may_be_the_first_that_is_known_of_a_sku(call: Call) -> None:
    assert call("PUT", f"{MUG}/locations/berlin", {"on_hand": 3}).json["on_hand"] == 3
    assert call("PUT", f"{MUG}/locations/default", {"on_hand": 2}).json["on_hand"] == 5
    assert call("PUT", MUG, {"on_hand": 1}).json["on_hand"] == 4


def test_every_change_of_any_location_is_another_tag(call: Call) -> None:
    tags = [
        call("PUT", MUG, {"on_hand": 5}).headers["ETag"],
        call("PUT", f"{MUG}/locations/berlin", {"on_hand": 3}).headers["ETag"],
        call("PUT", f"{MUG}/locations/berlin", {"on_hand": 4}).headers["ETag"],
        call("PUT", f"{MUG}/locations/paris", {"on_hand": 4}).headers["ETag"],
        call("PUT", MUG, {"on_hand": 6}).headers["ETag"],
    ]
    assert len(set(tags)) == len(tags)
    assert call("PUT", f"{MUG}/locations/paris", {"on_hand": 4}).headers["ETag"] == tags[-1]
    assert call("PUT", MUG, {"on_hand": 7}, headers={"if-match": tags[-2]}).status == 412
    assert call("PUT", MUG, {"on_hand": 7}, headers={"if-match": tags[-1]}).status == 200


def test_a_guarded_count_notices_another_location_that_changes_meanwhile(
    call: Call, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("PUT", MUG, {"on_hand": 5})
    tag = call("PUT", f"{MUG}/locations/berlin", {"on_hand": 3}).headers["ETag"]
    transact = table.transact

    def after_another(operations: object, *, token: str | None = None) -> None:
        monkeypatch.setattr(table, "transact", transact)
        table.write(Update(pk="SKU#mug", sk="STOCK#berlin", expression="ADD version :one", values={":one": 1}))
        transact(operations, token=token)  # type: ignore[arg-type]

    monkeypatch.setattr(table, "transact", after_another)
    assert call("PUT", MUG, {"on_hand": 7}, headers={"if-match": tag}).status == 412


def test_events_tell_differences(call: Call, outbox: Outbox) -> None:
    call("PUT", MUG, {"on_hand": 5})
    call("PUT", f"{MUG}/locations/berlin", {"on_hand": 3})
    call("PUT", f"{MUG}/locations/berlin", {"on_hand": 1})
    call("PUT", f"{MUG}/locations/berlin", {"on_hand": 1})
    told = [
        [(change.location, change.on_hand) for change in event.data.changes if change.on_hand]
        for event in outbox.changes()
    ]
    assert told == [[("default", 5)], [("berlin", 3)], [("berlin", -2)]]


def test_no_less_than_reserved_there_can_be_on_hand_in_a_location(call: Call) -> None:
    call("PUT", MUG, {"on_hand": 1})
    call("PUT", f"{MUG}/locations/berlin", {"on_hand": 3})
    call("PUT", "/v1/reservations/r", {"items": [{"sku": "mug", "quantity": 2}]})
    refused = call("PUT", f"{MUG}/locations/berlin", {"on_hand": 1})
    assert refused.status == 409
    assert "2 of mug are reserved" in str(refused.problem()["detail"])


def test_no_more_than_twenty_locations(call: Call) -> None:
    for number in range(19):
        assert call("PUT", f"{MUG}/locations/l-{number}", {"on_hand": 1}).status == 200
    refused = call("PUT", f"{MUG}/locations/l-20", {"on_hand": 1})
    assert (refused.status, str(refused.problem()["type"]).rpartition(":")[2]) == (409, "too-many-locations")


@pytest.mark.parametrize("body", [{}, {"on_hand": -1}, {"on_hand": 1, "low_stock_at": 1}, {"on_hand": 10**9 + 1}, []])
def test_an_invalid_count_is_422(call: Call, body: object) -> None:
    assert call("PUT", f"{MUG}/locations/berlin", body).status == 422


@pytest.mark.parametrize(
    "body",
    [
        {"on_hand": 1, "backorder": {"limit": -1}},
        {"on_hand": 1, "backorder": {"limit": 1_000_001}},
        {"on_hand": 1, "backorder": 5},
        {"on_hand": 1, "low_stock_at": -1},
        {"on_hand": 1, "low_stock_at": "3"},
    ],
)
def test_wishes_that_cannot_be_are_422(call: Call, body: object) -> None:
    assert call("PUT", MUG, body).status == 422


def test_what_a_merchant_wished_stays_until_it_is_taken_back(call: Call) -> None:
    call("PUT", MUG, {"on_hand": 5, "backorder": {"limit": 3}, "low_stock_at": 2})
    kept = call("PUT", MUG, {"on_hand": 6})
    assert kept.json == {
        "sku": "mug",
        "on_hand": 6,
        "reserved": 0,
        "available": 9,
        "backorder": {"limit": 3},
        "low_stock_at": 2,
    }
    gone = call("PUT", MUG, {"on_hand": 6, "backorder": None, "low_stock_at": None})
    assert gone.json == {"sku": "mug", "on_hand": 6, "reserved": 0, "available": 6}
    assert gone.headers["ETag"] == '"3"'
