from __future__ import annotations

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.product_events import ProductDeleted, ProductPublished, ProductRemoval, ProductSnapshot
from edge.queue_batch import BatchItemFailure, QueueRecord
from inventory import events
from inventory.repository import StockRepository
from inventory.stock import first_stock
from store.errors import ThrottledError
from store.table import Table
from tests.services.conftest import Listen
from tests.services.http_client import product

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

CONTEXT = cast("LambdaContext", SimpleNamespace(aws_request_id="invocation-1"))


@pytest.fixture
def stock(table: Table, monkeypatch: pytest.MonkeyPatch) -> StockRepository:
    monkeypatch.setattr(events, "inventory_table", lambda: table)
    return StockRepository(table)


def published(*skus: str, version: int = 1) -> str:
    fields = product() | {
        "version": version,
        "skus": list(skus),
        "created_at": "2026-11-23T08:00:00Z",
        "updated_at": "2026-11-23T08:00:00Z",
    }
    event = ProductPublished.of(ProductSnapshot.model_validate(fields), correlation_id="c-1")
    return message(event)


def message(event: ProductPublished | ProductDeleted) -> str:
    return json.dumps(
        {"source": event.source, "detail-type": event.detail_type, "detail": event.model_dump(mode="json")}
    )


def take(*bodies: str) -> list[BatchItemFailure]:
    records: Sequence[QueueRecord] = [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]
    return events.handler({"Records": records}, CONTEXT)["batchItemFailures"]


def test_a_published_product_gets_a_record_for_each_sku(stock: StockRepository) -> None:
    assert take(published("boots-41", "boots-42")) == []
    assert stock.find("boots-41") == first_stock("boots-41")
    assert stock.find("boots-42") == first_stock("boots-42")


def test_poison_fails_alone(stock: StockRepository) -> None:
    removal = ProductRemoval(id="boots", version=2, skus=("boots",))
    foreign = message(ProductDeleted.of(removal, correlation_id="c-1"))
    failures = take("{", published("a"), foreign, published("b"), "null")
    assert [failure["itemIdentifier"] for failure in failures] == ["m0", "m2", "m4"]
    assert stock.find("a")
    assert stock.find("b")


def test_a_record_the_table_refuses_comes_again(stock: StockRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure = StockRepository.ensure

    def throttled(repository: StockRepository, sku: str) -> bool:
        if sku == "b":
            raise ThrottledError("too fast")
        return ensure(repository, sku)

    monkeypatch.setattr(StockRepository, "ensure", throttled)
    assert take(published("a"), published("b"), published("c")) == [{"itemIdentifier": "m1"}]
    assert stock.find("c")


def test_stock_that_is_known_stays_as_it_is(stock: StockRepository) -> None:
    stock.change("boots", lambda _now: first_stock("boots", on_hand=7), correlation_id="c-1")
    assert take(published("boots"), published("boots")) == []
    found = stock.find("boots")
    assert found is not None
    assert (found.on_hand, found.version) == (7, 1)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=8))
def test_late_and_repeated_events_end_in_the_same_stock(stock: StockRepository, order: list[str]) -> None:
    assert take(*(published(sku, version=number + 1) for number, sku in enumerate(order))) == []
    for sku in order:
        assert stock.find(sku) == first_stock(sku)


def test_each_line_names_the_event_it_is_about_and_no_other(stock: StockRepository, log_lines: Listen) -> None:
    written = log_lines(events.handler.logger)
    heard = published("a")
    take(heard, "poison")

    taken, unreadable = written()
    assert (taken["message"], taken["correlation_id"], taken["request_id"]) == ("event taken", "c-1", "invocation-1")
    assert taken["event_id"] == json.loads(heard)["detail"]["metadata"]["event_id"]
    assert (unreadable["message"], unreadable["request_id"]) == ("unreadable event", "invocation-1")
    assert not {"correlation_id", "event_id"} & unreadable.keys()
    assert stock.find("a")
