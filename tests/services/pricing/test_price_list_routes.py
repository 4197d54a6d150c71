from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pricing.price_list import PriceList
from pricing.price_list_repository import PriceListRepository
from store.table import Table
from tests.services.http_client import Answer, Client
from tests.services.key_server import KeyServer

EURO = {"currency": "EUR", "prices": {"mug": 1500}, "conversions": {"USD": {"rate": 920_000, "step": 50}}}


def call(client: Client, method: str, id: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
    return client.call(
        method, f"/v1/price-lists/{id}", body=body, headers=headers, route=f"{method} /v1/price-lists/{{id}}"
    )


def test_what_was_written_can_be_read_changed_and_sent_back(merchant: Client) -> None:
    assert call(merchant, "GET", "EUR").status == 404
    written = call(merchant, "PUT", "EUR", EURO)
    assert (written.status, written.headers["ETag"], written.headers["Location"]) == (201, '"1"', "/v1/price-lists/EUR")
    read = call(merchant, "GET", "EUR")
    assert read.json == written.json == {"id": "EUR", **EURO}
    assert call(merchant, "PUT", "EUR", read.json).headers["ETag"] == '"1"'
    changed = call(merchant, "PUT", "EUR", {**read.json, "prices": {}}, {"if-match": '"1"'})
    assert (changed.status, changed.headers["ETag"]) == (200, '"2"')
    assert call(merchant, "PUT", "EUR", EURO, {"if-match": '"1"'}).status == 412
    assert call(merchant, "GET", "EUR").json["prices"] == {}


@pytest.mark.parametrize(
    ("id", "body"),
    [
        ("EUR", {}),
        ("EUR", {**EURO, "currency": "USD", "conversions": {}}),
        ("trade", {**EURO, "prices": {"a b": 1}}),
        ("trade", {**EURO, "prices": {"a": -1}}),
        ("trade", {**EURO, "prices": {"a": 1.5}}),
        ("trade", {**EURO, "prices": {f"s{number}": 1 for number in range(2001)}}),
        ("trade", {**EURO, "conversions": {"EUR": {"rate": 1}}}),
        ("trade", {**EURO, "conversions": {"XXX": {"rate": 1}}}),
        ("trade", {**EURO, "conversions": {"USD": {"rate": 0}}}),
        ("x" * 65, EURO),
    ],
)
def test_what_is_no_price_list_is_refused(merchant: Client, id: str, body: object) -> None:
    assert call(merchant, "PUT", id, body).status == 422


def test_a_list_of_the_most_and_longest_skus_is_kept(merchant: Client) -> None:
    prices = {f"{number:04d}{'x' * 60}": 999_999_999_999 for number in range(2000)}
    assert call(merchant, "PUT", "trade", {"currency": "USD", "prices": prices}).status == 201
    assert call(merchant, "GET", "trade").json["prices"] == prices


def test_price_lists_are_for_merchants_of_pricing(merchant: Client, issuer: KeyServer) -> None:
    for token, status in ((None, 401), (issuer.token("catalog/write"), 403)):
        stranger = replace(merchant, token=token)
        assert call(stranger, "PUT", "EUR", EURO).status == call(stranger, "GET", "EUR").status == status


def test_writers_of_one_list_lose_no_update(table: Table) -> None:
    repository = PriceListRepository(table)

    def add(number: int) -> None:
        def with_one_more(current: PriceList | None) -> PriceList:
            wanted = PriceList(
                id="l", currency="USD", prices={**(current.prices if current else {}), f"s{number}": number}
            )
            return current.replaced_by(wanted) if current else wanted

        repository.change("l", with_one_more)

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(add, range(8)))
    found = PriceListRepository(table).find("l")
    assert found == PriceList(id="l", currency="USD", prices={f"s{number}": number for number in range(8)}, version=8)
