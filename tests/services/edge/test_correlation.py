from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contracts.envelope import EventMetadata
from edge.correlation import keys_of, trace_id

ROOT = "1-67891233-abcdef012345678912345678"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f"Root={ROOT};Parent=463ac35c9f6413ad;Sampled=1", ROOT),
        (f"Self=1-2-3;Root={ROOT}", ROOT),
        (f"Sampled=0; Root={ROOT}", ROOT),
        ("Root=1-2-3;Sampled=1", None),
        (f"XRoot={ROOT}", None),
        ("", None),
        (None, None),
    ],
)
def test_a_trace_header_holds_a_trace_id(header: str | None, expected: str | None) -> None:
    assert trace_id(header) == expected


def test_an_event_says_where_it_comes_from() -> None:
    metadata = EventMetadata(
        event_id="e-1",
        occurred_at=datetime(2026, 11, 23, tzinfo=UTC),
        correlation_id="c-1",
        version=1,
        trace_header=f"Root={ROOT};Sampled=1",
    )
    assert keys_of(metadata) == {"correlation_id": "c-1", "event_id": "e-1", "origin_trace_id": ROOT}
    assert "origin_trace_id" not in keys_of(metadata.model_copy(update={"trace_header": None}))
