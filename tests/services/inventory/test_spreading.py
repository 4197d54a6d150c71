"""Stock of which everybody wants some: spread over records, and still one stock."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from inventory import reservations as reservations_module
from inventory.allocation import InsufficientStockError
from inventory.record import stock_key
from inventory.repository import StockRepository
from inventory.reservations import ReservationRepository
from inventory.spreading import LEAST_EACH, SHARDS, gather, level, spread
from inventory.stock import DEFAULT_LOCATION, SkuStock, first_stock
from store.errors import TransactionCanceledError
from store.operations import Operation, Put
from store.table import Table
from tests.services.inventory.conftest import Call, Outbox

HELD_SECONDS = 0.004
"""How long a transaction holds its items here."""


class Busy:
    """DynamoDB's rule that a transaction is refused while another is under way on one of its items."""

    def __init__(self, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
        self._lock = threading.Lock()
        self._under_way: set[tuple[str, str]] = set()
        self._transact = table.transact
        self.refused = 0
        monkeypatch.setattr(table, "transact", self.transact)

    def transact(self, operations: Sequence[Operation], *, token: str | None = None) -> None:
        keys = [_key(operation) for operation in operations]
        with self._held(keys):
            time.sleep(HELD_SECONDS)
            self._transact(operations, token=token)

    @contextmanager
    def _held(self, keys: Sequence[tuple[str, str]]) -> Iterator[None]:
        with self._lock:
            reasons = tuple("TransactionConflict" if key in self._under_way else "None" for key in keys)
            if "TransactionConflict" in reasons:
                self.refused += 1
                raise TransactionCanceledError("another was faster", reasons=reasons)
            self._under_way.update(keys)
        try:
            yield
        finally:
            with self._lock:
                self._under_way.difference_update(keys)


def _key(operation: Operation) -> tuple[str, str]:
    if isinstance(operation, Put):
        return str(operation.item["pk"]), str(operation.item["sk"])
    return operation.pk, operation.sk


def stocked(table: Table, on_hand: int, *, sku: str = "mug") -> SkuStock:
    counted = first_stock(sku, on_hand=on_hand)
    return StockRepository(table).change(sku, lambda _now: counted, correlation_id="c")


def find(table: Table, sku: str = "mug") -> SkuStock:
    found = StockRepository(table).find(sku)
    assert found is not None
    return found


def levels(stock: SkuStock) -> tuple[int, int, int]:
    return stock.on_hand, stock.reserved, stock.available


def test_a_sku_that_everybody_wants_is_spread_and_none_is_sold_twice(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces, orders = 400, 450
    stocked(table, pieces)
    busy = Busy(table, monkeypatch)

    def buy(number: int) -> int:
        reservations = ReservationRepository(table)
        try:
            reservations.hold(f"r-{number}", {"mug": 1}, seconds=60, correlation_id="c")
        except InsufficientStockError:
            return 0
        reservations.commit(f"r-{number}", correlation_id="c")
        return 1

    with ThreadPoolExecutor(40) as buyers:
        assert sum(buyers.map(buy, range(orders))) == pieces
    stock = find(table)
    assert levels(stock) == (0, 0, 0)
    assert busy.refused > 0
    assert len(stock.parts) > SHARDS // 4


def test_spread_stock_is_one_stock_to_whoever_asks(call: Call, table: Table, outbox: Outbox) -> None:
    before = call("PUT", "/v1/inventory/mug", {"on_hand": 1000})
    assert spread(table, find(table), DEFAULT_LOCATION)
    after = call("GET", "/v1/inventory/mug")
    assert after.json == before.json == {"sku": "mug", "on_hand": 1000, "reserved": 0, "available": 1000}
    assert after.headers["ETag"] != before.headers["ETag"]
    assert len(find(table).parts) == SHARDS
    assert {part.on_hand for part in find(table).parts[1:]} == {1000 // SHARDS}
    outbox.messages.clear()
    assert call("PUT", "/v1/reservations/r", {"items": [{"sku": "mug", "quantity": 900}]}).status == 201
    (event,) = outbox.changes()
    assert [(change.location, change.reserved) for change in event.data.changes] == [("default", 900)]
    assert call("GET", "/v1/inventory/mug").json["reserved"] == 900
    assert call("PUT", "/v1/inventory/mug", {"on_hand": 899}).status == 409
    assert call("PUT", "/v1/inventory/mug", {"on_hand": 950}).json["available"] == 50
    adjusted = {"delta": -50, "reason": "damaged"}
    assert call("POST", "/v1/inventory/mug/adjustments", adjusted, headers={"idempotency-key": "k"}).status == 201
    assert levels(find(table)) == (900, 900, 0)


def test_each_record_has_a_partition_of_its_own(table: Table) -> None:
    stocked(table, 10_000)
    spread(table, find(table), DEFAULT_LOCATION)
    partitions = {stock_key(part.sku, part.location, part.shard)[0] for part in find(table).parts}
    assert len(partitions) == SHARDS


def test_a_record_is_taken_unseen_and_the_others_are_looked_at_when_it_has_too_little(table: Table) -> None:
    stocked(table, 64 * LEAST_EACH)
    spread(table, find(table), DEFAULT_LOCATION)
    reservations = ReservationRepository(table)
    for number in range(64):
        reservations.hold(f"r-{number}", {"mug": LEAST_EACH}, seconds=60, correlation_id="c")
    assert levels(find(table)) == (640, 640, 0)
    with pytest.raises(InsufficientStockError):
        reservations.hold("late", {"mug": 1}, seconds=60, correlation_id="c")
    reservations.release("r-3", correlation_id="c")
    reservations.hold("later", {"mug": 1}, seconds=60, correlation_id="c")
    assert levels(find(table)) == (640, 631, 9)


def test_what_lies_in_one_record_is_moved_where_it_is_missed(table: Table) -> None:
    stocked(table, 64 * LEAST_EACH)
    spread(table, find(table), DEFAULT_LOCATION)
    reservations = ReservationRepository(table)
    reservations.hold("all", {"mug": 64 * LEAST_EACH}, seconds=60, correlation_id="c")
    reservations.commit("all", correlation_id="c")
    StockRepository(table).change("mug", lambda now: (now or first_stock("mug")).counted(6400), correlation_id="c")
    assert find(table).parts[0].free == 6400
    for number in range(40):
        reservations.hold(f"r-{number}", {"mug": 1}, seconds=60, correlation_id="c")
    assert levels(find(table)) == (6400, 40, 6360)
    assert sum(part.free > 0 for part in find(table).parts) > 20


def test_stock_that_lies_in_too_many_records_is_gathered(table: Table) -> None:
    for sku in ("mug", "pot"):
        stocked(table, 64 * LEAST_EACH, sku=sku)
        spread(table, find(table, sku), DEFAULT_LOCATION)
    wanted = {"mug": 64 * LEAST_EACH, "pot": 64 * LEAST_EACH}
    ReservationRepository(table).hold("r", wanted, seconds=60, correlation_id="c")
    assert {sku: levels(find(table, sku)) for sku in wanted} == dict.fromkeys(wanted, (640, 640, 0))


def test_too_little_to_share_is_not_spread(table: Table) -> None:
    stock = stocked(table, 2 * LEAST_EACH - 1)
    assert not spread(table, stock, DEFAULT_LOCATION)
    assert not gather(table, stock, DEFAULT_LOCATION)
    assert not level(table, stock, DEFAULT_LOCATION, 0)
    assert not spread(table, stock, "nowhere")


def test_a_full_set_of_locations_still_fits_into_a_transaction(call: Call, table: Table) -> None:
    for number in range(19):
        call("PUT", f"/v1/inventory/mug/locations/l-{number}", {"on_hand": 1000})
    call("PUT", "/v1/inventory/mug", {"on_hand": 1000})
    for location in ("default", "l-3", "l-4"):
        spread(table, find(table), location)
    stock = call("GET", "/v1/inventory/mug")
    assert (stock.json["on_hand"], len(stock.json["locations"])) == (20_000, 20)
    counted = call("PUT", "/v1/inventory/mug", {"on_hand": 5}, headers={"if-match": stock.headers["ETag"]})
    assert (counted.status, counted.json["on_hand"]) == (200, 19_005)


def test_the_sweep_of_one_second_serves_all(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    stocked(table, 1)
    sweeps: list[str] = []
    sweep = ReservationRepository.release_run_out

    def counted(self: ReservationRepository, *, correlation_id: str) -> int:
        sweeps.append(correlation_id)
        return sweep(self, correlation_id=correlation_id)

    now = reservations_module.utc_now()
    monkeypatch.setattr(ReservationRepository, "release_run_out", counted)
    for number in range(5):
        with pytest.raises(InsufficientStockError):
            ReservationRepository(table, clock=lambda: now).hold(
                f"r-{number}", {"mug": 2}, seconds=60, correlation_id="c"
            )
    assert len(sweeps) == 1
