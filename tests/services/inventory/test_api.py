from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.repository import StockRepository
from inventory.stock import Stock, StockBelowReservedError, first_stock
from store.operations import Update
from store.table import Table
from tests.services.http_client import Client
from tests.services.key_server import KeyServer

BOOTS = "/v1/inventory/boots-42"


def test_stock_that_was_set_can_be_read(inventory: Client) -> None:
    assert inventory.call("GET", BOOTS).status == 404
    written = inventory.call("PUT", BOOTS, body={"on_hand": 20})
    assert (written.status, written.headers["ETag"]) == (200, '"1"')
    read = inventory.call("GET", BOOTS)
    assert read.json == written.json == {"sku": "boots-42", "on_hand": 20, "reserved": 0, "available": 20}
    assert read.headers["ETag"] == '"1"'
    assert inventory.call("GET", BOOTS, headers={"if-none-match": '"1"'}).status == 304


def test_setting_the_same_changes_nothing(inventory: Client) -> None:
    for on_hand, tag in ((5, '"1"'), (5, '"1"'), (6, '"2"')):
        assert inventory.call("PUT", BOOTS, body={"on_hand": on_hand}).headers["ETag"] == tag


@pytest.mark.parametrize(("if_match", "status"), [('"2"', 200), ("*", 200), ('"1"', 412), ('W/"2"', 412), ("two", 400)])
def test_a_write_with_if_match(inventory: Client, if_match: str, status: int) -> None:
    for on_hand in (1, 2):
        inventory.call("PUT", BOOTS, body={"on_hand": on_hand})
    assert inventory.call("PUT", BOOTS, body={"on_hand": 3}, headers={"if-match": if_match}).status == status


def test_if_match_on_nothing_gives_412(inventory: Client) -> None:
    assert inventory.call("PUT", BOOTS, body={"on_hand": 3}, headers={"if-match": "*"}).status == 412


@pytest.mark.parametrize(
    "body", [{}, {"on_hand": -1}, {"on_hand": 1_000_000_001}, {"on_hand": "1"}, {"on_hand": 1, "x": 1}, [], None]
)
def test_an_invalid_body_gives_422(inventory: Client, body: object) -> None:
    import json

    answer = inventory.call("PUT", BOOTS, raw=json.dumps(body), headers={"content-type": "application/json"})
    assert answer.status == 422
    answer.problem()


def test_no_less_than_reserved_can_be_on_hand(inventory: Client, table: Table) -> None:
    inventory.call("PUT", BOOTS, body={"on_hand": 10})
    reserve = Update(pk="SKU#boots-42", sk="STOCK", expression="SET reserved = :n", values={":n": 4})
    table.write(reserve)
    refused = inventory.call("PUT", BOOTS, body={"on_hand": 3})
    assert refused.status == 409
    assert "4 of boots-42 are reserved" in str(refused.problem()["detail"])
    assert inventory.call("PUT", BOOTS, body={"on_hand": 4}).json["available"] == 0


@pytest.mark.parametrize("sku", ["%", "a b", "\x00", "\ud800", "é", "x" * 65])
def test_a_sku_that_cannot_be_is_refused(inventory: Client, sku: str) -> None:
    path, route = f"/v1/inventory/{sku}", "/v1/inventory/{sku}"
    assert inventory.call("GET", path, route=f"GET {route}").status == 404
    answer = inventory.call("PUT", path, body={"on_hand": 1}, route=f"PUT {route}")
    assert answer.status in (404, 422)


def test_a_write_needs_the_inventorys_own_scope(inventory: Client, issuer: KeyServer) -> None:
    foreign = replace(inventory, token=issuer.token("catalog/write"))
    assert foreign.call("PUT", BOOTS, body={"on_hand": 1}).status == 403
    assert replace(inventory, token=None).call("PUT", BOOTS, body={"on_hand": 1}).status == 401


def test_writers_of_one_sku_lose_no_update(table: Table) -> None:
    repository = StockRepository(table)

    def add_one(_number: int) -> None:
        repository.change(
            "boots",
            lambda now: now.counted(now.on_hand + 1) if now else first_stock("boots", on_hand=1),
            correlation_id="c-1",
        )

    with ThreadPoolExecutor(6) as writers:
        list(writers.map(add_one, range(18)))
    stock = repository.find("boots")
    assert stock is not None
    assert (stock.on_hand, stock.version) == (18, 18)


@given(st.lists(st.integers(0, 50), max_size=20), st.integers(0, 20))
def test_counts_keep_the_promises_and_only_raise_the_version(counts: list[int], reserved: int) -> None:
    stock = Stock(sku="boots", on_hand=reserved, reserved=reserved, version=1)
    for count in counts:
        before = stock
        try:
            stock = stock.counted(count)
        except StockBelowReservedError:
            stock = before
        assert stock.available >= 0
        assert stock.version == before.version + (stock.on_hand != before.on_hand)
