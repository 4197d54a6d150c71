"""What an order costs: hand-calculated, and the page that says so."""

from __future__ import annotations

import json

import pytest

from benchmarks import cost_page
from benchmarks.price_list import GIGABYTE, Price, PriceList, Use, billed, dollars, price_list


def use(measure: str, amount: float, *, service: str = "Orders") -> Use:
    return Use(service=service, resource="r", measure=measure, amount=amount)


def prices(**usd: float) -> PriceList:
    return PriceList(
        region="us-east-1",
        compiled="2026-01-01",
        prices={
            measure: Price(measure=measure, service="S", unit="u", usd=price, per=1_000_000, source="", verified=None)
            for measure, price in usd.items()
        },
    )


def test_a_million_orders_of_ten_write_units_cost_ten_times_the_price_of_a_million() -> None:
    costs = dollars(billed([use("dynamodb_write_units", 10)]), prices(dynamodb_write_units=0.625), orders=1_000_000)
    assert costs == {("Orders", "S"): pytest.approx(6.25)}


def test_memory_and_milliseconds_become_gigabyte_seconds() -> None:
    # 512 MB for 100 ms and 256 MB for 200 ms: 0.05 GB-s each.
    amounts = billed([use("lambda_megabyte_milliseconds", 512 * 100), use("lambda_megabyte_milliseconds", 256 * 200)])
    assert amounts == {("Orders", "lambda_gb_seconds"): pytest.approx(0.1)}


def test_a_request_brings_an_access_log_and_an_invocation_a_twentieth_of_a_trace() -> None:
    assert billed([use("http_api_requests", 2)]) == {
        ("Orders", "http_api_requests"): 2,
        ("Orders", "log_gb"): pytest.approx(2 * 600 / GIGABYTE),
    }
    assert billed([use("lambda_requests", 20)]) == {("Orders", "lambda_requests"): 20, ("Orders", "xray_traces"): 1}


def test_an_event_is_archived_whole_and_a_sixteenth_of_it_logged() -> None:
    amounts = billed([use("event_bytes", GIGABYTE)])
    assert amounts == {("Orders", "archived_gb"): 1, ("Orders", "log_gb"): 1 / 16}


def test_services_are_billed_apart() -> None:
    uses = [use("sqs_requests", 1), use("sqs_requests", 3, service="Cart"), use("sqs_requests", 1)]
    costs = dollars(billed(uses), prices(sqs_requests=0.40), orders=1_000_000)
    assert costs == {("Orders", "S"): pytest.approx(0.8), ("Cart", "S"): pytest.approx(1.2)}


def test_the_price_list_says_where_each_price_is_from() -> None:
    kept = price_list()
    assert kept.region == "us-east-1"
    for price in kept.prices.values():
        assert price.source.startswith("https://aws.amazon.com/")
        assert price.usd > 0
        assert price.verified is None or price.verified <= kept.compiled


def test_the_page_is_made_of_the_price_list_and_the_use_that_are_kept() -> None:
    kept = json.loads(cost_page.USE.read_text())
    assert cost_page.PAGE.read_text() == cost_page.render(kept, price_list())
