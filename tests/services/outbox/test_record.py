from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from contracts.product_events import ProductDeleted, ProductRemoval
from outbox.record import current_trace_header, outbox_record

WHEN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_an_outbox_item_holds_what_the_relay_publishes() -> None:
    removal = ProductRemoval(id="boots", version=2, skus=("boots",))
    event = ProductDeleted.of(removal, correlation_id="c-1", trace_header="Root=1-2-3", occurred_at=WHEN)
    item = outbox_record(event).item
    assert item["pk"] == f"OUTBOX#{event.metadata.event_id}"
    assert item["sk"] == "EVENT"
    assert item["expires_at"] == int(WHEN.timestamp()) + 7 * 24 * 60 * 60
    assert json.loads(str(item["outbox_event"])) == {
        "source": "storefront.catalog",
        "detail_type": "ProductDeleted",
        "time": "2026-11-23T08:00:00Z",
        "trace_header": "Root=1-2-3",
        "detail": {
            "metadata": {
                "event_id": event.metadata.event_id,
                "occurred_at": "2026-11-23T08:00:00Z",
                "correlation_id": "c-1",
                "tenant_id": "default",
                "version": 1,
                "trace_header": "Root=1-2-3",
            },
            "data": {"id": "boots", "version": 2, "skus": ["boots"]},
        },
    }


def test_the_trace_header_is_the_invocations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)
    assert current_trace_header() is None
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-2-3;Sampled=1")
    assert current_trace_header() == "Root=1-2-3;Sampled=1"
