from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from inventory import events
from inventory.allocation import InsufficientStockError
from inventory.repository import StockRepository
from inventory.reservation import ReservationReleasedError
from inventory.reservations import ReservationRepository, utc_now
from inventory.stock import SkuStock, first_stock
from store.errors import TransactionCanceledError
from store.operations import Operation, Put
from store.table import Table
from tests.services.http_client import Answer
from tests.services.inventory.conftest import Call, Outbox

R1 = "/v1/reservations/r-1"


def items(**quantities: int) -> dict[str, Any]:
    return {"items": [{"sku": sku, "quantity": quantity} for sku, quantity in quantities.items()]}


@pytest.fixture
def stocked(call: Call, outbox: Outbox) -> Call:
    """Give a caller of an inventory with five mugs and three pots."""
    call("PUT", "/v1/inventory/mug", {"on_hand": 5})
    call("PUT", "/v1/inventory/pot", {"on_hand": 3})
    outbox.messages.clear()
    return call


def levels(call: Call, sku: str = "mug") -> tuple[object, object, object]:
    stock = call("GET", f"/v1/inventory/{sku}").json
    return stock["on_hand"], stock["reserved"], stock["available"]


def kind(answer: Answer) -> str:
    return str(answer.problem()["type"]).rpartition(":")[2]


def test_stock_is_held_committed_and_told_of(stocked: Call, outbox: Outbox) -> None:
    held = stocked("PUT", R1, items(mug=2, pot=3))
    assert (held.status, held.json["status"], held.json["items"]) == (201, "held", items(mug=2, pot=3)["items"])
    assert levels(stocked) == (5, 2, 3)
    committed = stocked("POST", f"{R1}/commit")
    assert (committed.status, committed.json["status"]) == (200, "committed")
    assert (levels(stocked), levels(stocked, "pot")) == ((3, 0, 3), (0, 0, 0))
    told = outbox.changes()
    assert [(event.data.reason, event.data.reference) for event in told] == [("reserved", "r-1"), ("committed", "r-1")]
    assert [(change.sku, change.on_hand, change.reserved) for event in told for change in event.data.changes] == [
        ("mug", 0, 2),
        ("pot", 0, 3),
        ("mug", -2, -2),
        ("pot", -3, -3),
    ]


def test_each_call_may_be_repeated(stocked: Call, outbox: Outbox) -> None:
    first, again = stocked("PUT", R1, items(mug=2)), stocked("PUT", R1, items(mug=2) | {"expires_in_seconds": 60})
    assert (again.status, again.json) == (200, first.json)
    assert [stocked("POST", f"{R1}/commit").json["status"] for _ in range(2)] == ["committed"] * 2
    assert stocked("PUT", R1, items(mug=2)).json["status"] == "committed"
    assert (levels(stocked), len(outbox.messages)) == ((3, 0, 3), 2)


def test_released_stock_is_available_again_and_stays_so(stocked: Call, outbox: Outbox) -> None:
    stocked("PUT", R1, items(mug=2))
    assert [stocked("DELETE", R1).status for _ in range(2)] == [204, 204]
    assert levels(stocked) == (5, 0, 5)
    assert kind(stocked("PUT", R1, items(mug=2))) == "reservation-released"
    assert kind(stocked("POST", f"{R1}/commit")) == "reservation-released"
    assert [event.data.reason for event in outbox.changes()] == ["reserved", "released"]


def test_a_release_that_comes_first_refuses_the_reservation(stocked: Call) -> None:
    assert stocked("DELETE", R1).status == 204
    late = stocked("PUT", R1, items(mug=2))
    assert (late.status, kind(late)) == (409, "reservation-released")
    assert levels(stocked) == (5, 0, 5)


def test_committed_stock_is_not_released(stocked: Call) -> None:
    stocked("PUT", R1, items(mug=2))
    stocked("POST", f"{R1}/commit")
    refused = stocked("DELETE", R1)
    assert (refused.status, kind(refused)) == (409, "reservation-committed")
    assert levels(stocked) == (3, 0, 3)


def test_a_reservation_is_of_what_it_was_made_for(stocked: Call) -> None:
    stocked("PUT", R1, items(mug=2))
    for other in (items(mug=1), items(mug=2, pot=1), items(pot=2)):
        assert kind(stocked("PUT", R1, other)) == "reservation-differs"
    assert levels(stocked) == (5, 2, 3)


def test_a_commit_of_nothing_is_404(stocked: Call) -> None:
    assert stocked("POST", "/v1/reservations/none/commit").status == 404


def test_all_or_nothing_and_every_sku_that_lacks_is_named(stocked: Call, outbox: Outbox) -> None:
    refused = stocked("PUT", R1, items(mug=6, pot=3, pan=1))
    assert (refused.status, kind(refused)) == (409, "insufficient-stock")
    assert refused.problem()["errors"] == [
        {"pointer": "/items/0", "code": "insufficient_stock", "detail": "6 of mug wanted, 5 available"},
        {"pointer": "/items/2", "code": "insufficient_stock", "detail": "1 of pan wanted, 0 available"},
    ]
    assert (levels(stocked), levels(stocked, "pot"), outbox.messages) == ((5, 0, 5), (3, 0, 3), [])
    assert stocked("PUT", R1, items(mug=5)).status == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"items": [{"sku": "mug", "quantity": 0}]},
        {"items": [{"sku": "mug", "quantity": 1_000_001}]},
        {"items": [{"sku": "mug", "quantity": "1"}]},
        {"items": [{"sku": "a b", "quantity": 1}]},
        {"items": [{"sku": "mug", "quantity": 1}, {"sku": "mug", "quantity": 1}]},
        {"items": [{"sku": f"s{number}", "quantity": 1} for number in range(51)]},
        items(mug=1) | {"expires_in_seconds": 59},
        items(mug=1) | {"expires_in_seconds": 86_401},
        items(mug=1) | {"colour": "red"},
        [],
    ],
)
def test_an_invalid_body_is_422(stocked: Call, body: object) -> None:
    refused = stocked("PUT", R1, body)
    assert refused.status == 422
    refused.problem()


@pytest.mark.parametrize("reservation_id", ["%", "a b", "\x00", "é", "x" * 65, "-r"])
def test_an_id_that_cannot_be_is_422(stocked: Call, reservation_id: str) -> None:
    path = f"/v1/reservations/{reservation_id}"
    # The gateway's router, not the service's, decides what is one segment.
    assert stocked("PUT", path, items(mug=1)).status in (404, 422)
    assert stocked("DELETE", path).status in (404, 422)
    assert stocked("POST", f"{path}/commit").status in (404, 422)


def test_fifty_skus_are_one_transaction(call: Call, table: Table) -> None:
    stock = StockRepository(table)
    skus = [f"s-{number}" for number in range(50)]
    for sku in skus:
        stock.change(sku, lambda _now, sku=sku: first_stock(sku, on_hand=1), correlation_id="c")  # type: ignore[misc]
    assert call("PUT", R1, items(**dict.fromkeys(skus, 1))).status == 201
    assert {found.reserved for found in stock.find_many(skus).values()} == {1}


def test_a_count_sees_what_is_held(stocked: Call) -> None:
    tag = stocked("GET", "/v1/inventory/mug").headers["ETag"]
    stocked("PUT", R1, items(mug=2))
    outdated = stocked("PUT", "/v1/inventory/mug", {"on_hand": 9}, headers={"if-match": tag})
    assert outdated.status == 412
    assert kind(stocked("PUT", "/v1/inventory/mug", {"on_hand": 1})) == "stock-below-reserved"
    assert stocked("PUT", "/v1/inventory/mug", {"on_hand": 9}).json["available"] == 7


def test_back_orders_are_promised_and_owed(stocked: Call) -> None:
    stocked("PUT", "/v1/inventory/mug", {"on_hand": 5, "backorder": {"limit": 2}})
    assert stocked("PUT", R1, items(mug=8)).status == 409
    assert stocked("PUT", R1, items(mug=7)).status == 201
    assert levels(stocked) == (5, 7, 0)
    assert kind(stocked("PUT", "/v1/inventory/mug", {"on_hand": 5, "backorder": None})) == "stock-below-reserved"
    stocked("POST", f"{R1}/commit")
    assert levels(stocked) == (-2, 0, 0)
    arrived = stocked("PUT", "/v1/inventory/mug", {"on_hand": 20})
    assert (arrived.json["available"], arrived.json["backorder"]) == (22, {"limit": 2})


def test_a_record_of_before_reservations_can_be_reserved(call: Call, table: Table) -> None:
    table.write(Put(item={"pk": "SKU#old", "sk": "STOCK", "on_hand": 3, "reserved": 1, "version": 4}))
    assert call("PUT", R1, items(old=3)).status == 409
    assert call("PUT", R1, items(old=2)).status == 201
    assert levels(call, "old") == (3, 3, 0)


def test_what_has_run_out_is_given_to_whoever_wants_it(table: Table) -> None:
    late = [timedelta()]
    reservations = ReservationRepository(table, clock=lambda: utc_now() + late[0])
    StockRepository(table).change("mug", lambda _now: first_stock("mug", on_hand=5), correlation_id="c")
    reservations.hold("first", {"mug": 4}, seconds=60, correlation_id="c")
    with pytest.raises(InsufficientStockError):
        reservations.hold("second", {"mug": 4}, seconds=60, correlation_id="c")
    late[0] = timedelta(seconds=61)
    assert reservations.hold("second", {"mug": 4}, seconds=60, correlation_id="c")[1]
    with pytest.raises(ReservationReleasedError):
        reservations.commit("first", correlation_id="c")
    found = StockRepository(table).find("mug")
    assert found is not None
    assert (found.reserved, found.available) == (4, 1)


def test_a_late_commit_succeeds_while_the_stock_is_there(table: Table) -> None:
    late = [timedelta()]
    reservations = ReservationRepository(table, clock=lambda: utc_now() + late[0])
    StockRepository(table).change("mug", lambda _now: first_stock("mug", on_hand=5), correlation_id="c")
    reservations.hold("first", {"mug": 4}, seconds=60, correlation_id="c")
    late[0] = timedelta(days=2)
    committed = reservations.commit("first", correlation_id="c")
    assert committed is not None
    assert committed.status == "committed"
    assert reservations.release_run_out(correlation_id="c") == 0
    found = StockRepository(table).find("mug")
    assert found is not None
    assert (found.on_hand, found.reserved) == (1, 0)


def test_a_reservation_that_has_run_out_is_not_made_again(table: Table) -> None:
    late = [timedelta()]
    reservations = ReservationRepository(table, clock=lambda: utc_now() + late[0])
    StockRepository(table).change("mug", lambda _now: first_stock("mug", on_hand=5), correlation_id="c")
    reservations.hold("first", {"mug": 4}, seconds=60, correlation_id="c")
    late[0] = timedelta(seconds=61)
    with pytest.raises(ReservationReleasedError, match="run out"):
        reservations.hold("first", {"mug": 4}, seconds=60, correlation_id="c")
    found = StockRepository(table).find("mug")
    assert found is not None
    assert found.available == 5


def test_a_sweep_releases_what_has_run_out_once(table: Table, outbox: Outbox) -> None:
    late = [timedelta()]
    reservations = ReservationRepository(table, clock=lambda: utc_now() + late[0])
    StockRepository(table).change("mug", lambda _now: first_stock("mug", on_hand=50), correlation_id="c")
    for number in range(12):
        reservations.hold(f"r-{number}", {"mug": 1}, seconds=60, correlation_id="c")
    reservations.commit("r-0", correlation_id="c")
    assert reservations.release_run_out(correlation_id="c") == 0
    late[0] = timedelta(seconds=61)
    with ThreadPoolExecutor(3) as sweepers:
        list(sweepers.map(lambda _n: reservations.release_run_out(correlation_id="sweep"), range(3)))
    found = StockRepository(table).find("mug")
    assert found is not None
    assert (found.on_hand, found.reserved) == (49, 0)
    assert [event.data.reason for event in outbox.changes()].count("released") == 11


def test_the_clock_sweeps(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "inventory_table", lambda: table)
    StockRepository(table).change("mug", lambda _now: first_stock("mug", on_hand=5), correlation_id="c")
    long_ago = ReservationRepository(table, clock=lambda: utc_now() - timedelta(hours=1))
    long_ago.hold("late", {"mug": 1}, seconds=60, correlation_id="c")
    ReservationRepository(table).hold("held", {"mug": 2}, seconds=60, correlation_id="c")
    # As EventBridge fills in the template of a scheduled rule.
    metadata = {"event_id": "e", "correlation_id": "e", "occurred_at": "2026-11-26T12:00:00Z", "version": 1}
    due = {
        "source": "storefront.inventory",
        "detail-type": "ReservationSweepDue",
        "detail": {"metadata": metadata, "data": {}},
    }
    batch = {"Records": [{"messageId": "m", "body": json.dumps(due)}]}
    context = SimpleNamespace(aws_request_id="invocation-1")
    assert events.handler(cast(Any, batch), cast(Any, context)) == {"batchItemFailures": []}
    found = StockRepository(table).find("mug")
    assert found is not None
    assert found.reserved == 2


@pytest.mark.parametrize("locations", [1, 4])
def test_two_hundred_writers_never_oversell(table: Table, locations: int) -> None:
    stock = StockRepository(table)

    def spread(_now: SkuStock | None) -> SkuStock:
        counted = first_stock("mug", on_hand=60 // locations)
        for number in range(1, locations):
            counted = counted.counted(60 // locations, location=f"warehouse-{number}")
        return counted

    stock.change("mug", spread, correlation_id="c")

    def reserve(number: int) -> int:
        try:
            ReservationRepository(table).hold(f"r-{number}", {"mug": 1}, seconds=60, correlation_id="c")
        except InsufficientStockError:
            return 0
        return 1

    with ThreadPoolExecutor(200) as writers:
        assert sum(writers.map(reserve, range(200))) == 60
    found = stock.find("mug")
    assert found is not None
    assert (found.on_hand, found.reserved, found.available) == (60, 60, 0)


def test_a_conflict_with_another_transaction_is_no_shortage(
    stocked: Call, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    transact, refused = table.transact, iter(range(6))

    def conflicting(operations: list[Operation], *, token: str | None = None) -> None:
        if next(refused, None) is not None:
            raise TransactionCanceledError("another was faster", reasons=("None", "TransactionConflict", "None"))
        transact(operations, token=token)

    monkeypatch.setattr(table, "transact", conflicting)
    assert stocked("PUT", R1, items(mug=5)).status == 201
    assert levels(stocked) == (5, 5, 0)


def test_an_endless_conflict_asks_the_caller_to_come_again(
    stocked: Call, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    def conflicting(_operations: list[Operation], *, token: str | None = None) -> None:
        assert token is None
        raise TransactionCanceledError("another was faster", reasons=("TransactionConflict",))

    monkeypatch.setattr(table, "transact", conflicting)
    monkeypatch.setattr("store.contention.time.sleep", lambda _seconds: None)
    answer = stocked("PUT", R1, items(mug=1))
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
